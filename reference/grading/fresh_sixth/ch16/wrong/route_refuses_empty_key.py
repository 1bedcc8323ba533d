"""Refuses a user without a name.

Text: "any string, not only of English letters, and perhaps empty"
Input: `version_for("", "v2", 100)` -> promised 'canary', actual ValueError: a user needs a key
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if not key:
        raise ValueError("a user needs a key")
    if not 0 <= percent <= 100:
        raise ValueError("percent is from 0 to 100")
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    h = int.from_bytes(digest[:8], "big")
    return "canary" if h < 2**64 * percent / 100 else "stable"
