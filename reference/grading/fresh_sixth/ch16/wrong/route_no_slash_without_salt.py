"""Joins only what isn't empty: without a salt, or without a key, there is no slash.

Text: "`salt`, a slash, and `key`, in this order" and "salt: names the rollout, any string"
Input: `[version_for(key, "", 50) for key in ("ada", "grace", "alan", "barbara")]` -> promised ['canary', 'stable', 'canary', 'stable'], actual ['stable', 'stable', 'stable', 'canary']
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if not 0 <= percent <= 100:
        raise ValueError("percent is from 0 to 100")
    text = "/".join(part for part in (salt, key) if part)
    digest = hashlib.sha256(text.encode()).digest()
    h = int.from_bytes(digest[:8], "big")
    return "canary" if h < 2**64 * percent / 100 else "stable"
