"""Sixteen hexadecimal digits are eight bytes, and the place is a float."""

from hashlib import sha256


def version_for(key: str, salt: str, percent: float) -> str:
    if not 0 <= percent <= 100:
        raise ValueError(f"percent is from 0 to 100, not {percent}")
    if percent == 100:
        return "canary"
    digits = sha256("{}/{}".format(salt, key).encode("utf-8")).hexdigest()[:16]
    place = int(digits, 16) / 16**16
    return ("stable", "canary")[place < percent / 100]
