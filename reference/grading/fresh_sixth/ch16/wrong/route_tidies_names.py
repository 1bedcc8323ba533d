"""Tidies the key before it hashes it: "Ada " and "ada" get one place.

Text: "Take the SHA-256 of the UTF-8 bytes of `salt`, a slash, and `key`"
Input: `[version_for(key, "v2", 50) for key in ("Ada", "ADA", " ada")]` -> promised ['canary', 'stable', 'stable'], actual ['stable', 'stable', 'stable']
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if not (0 <= percent <= 100):
        raise ValueError("percent is from 0 to 100")
    text = f"{salt}/{key.strip().lower()}"
    digest = hashlib.sha256(text.encode()).digest()
    place = int.from_bytes(digest[:8], byteorder="big") / 2**64
    return "canary" if place < percent / 100 else "stable"
