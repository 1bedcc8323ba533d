"""Sorts the users into ten thousand slots: shares are cut to hundredths of a percent.

Text: "It need not be whole: 0.1 is one of a thousand." and "if the user's place ... is below percent / 100"
Input: `version_for("user-2906", "slots", 0.005)` -> promised 'stable', actual 'canary'
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage")
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    slot = int.from_bytes(digest[:8], "big") * 10_000 >> 64
    return "canary" if slot < percent * 100 else "stable"
