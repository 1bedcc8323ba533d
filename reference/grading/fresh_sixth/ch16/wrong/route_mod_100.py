"""The remainder by 100 for the place: a number from 0 to 99, but not the user's.

Text: "give the place h / 2^64"
Input: `version_for("ada", "int8-v2", 95)` -> promised 'stable', actual 'canary'
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if not 0 <= percent <= 100:
        raise ValueError("percent is from 0 to 100")
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    h = int.from_bytes(digest[:8], "big")
    return "canary" if h % 100 < percent else "stable"
