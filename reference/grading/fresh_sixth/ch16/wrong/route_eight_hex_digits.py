"""Takes the first 8 digits of the hexadecimal digest, which are its first 4 bytes.

Text: "Its first 8 bytes, read as an unsigned big-endian integer h, give the place h / 2^64"
Input: `version_for("ada", "int8-v2", 99.0254791487132)` -> promised 'stable', actual 'canary'
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage")
    digest = hashlib.sha256(f"{salt}/{key}".encode("utf-8")).hexdigest()
    place = int(digest[:8], 16) / 16**8
    return "canary" if place < percent / 100 else "stable"
