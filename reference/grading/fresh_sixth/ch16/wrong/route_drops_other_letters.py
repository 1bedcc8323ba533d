"""Encodes to ASCII and drops what isn't there: users whose names differ in such letters share a place.

Text: "the UTF-8 bytes" and "any string, not only of English letters"
Input: `[version_for(key, "v2", 50) for key in ("Zoë", "Jürgen", "李", "Łukasz")]` -> promised ['stable', 'stable', 'stable', 'canary'], actual ['stable', 'canary', 'stable', 'canary']
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if percent < 0 or percent > 100 or percent != percent:
        raise ValueError("percent")
    text = (salt + "/" + key).encode("ascii", errors="ignore")
    h = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
    if h < 2**64 * percent / 100:
        return "canary"
    return "stable"
