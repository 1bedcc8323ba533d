"""Joins salt and key as a path: a key that begins with a slash throws the salt away.

Text: "`salt`, a slash, and `key`, in this order" and "key: ... any string"
Input: `[version_for(key, "v2", 50) for key in ("/home", "/login", "/cart", "/")]` -> promised ['canary', 'stable', 'canary', 'stable'], actual ['canary', 'canary', 'stable', 'stable']
"""

import hashlib
import posixpath


def version_for(key: str, salt: str, percent: float) -> str:
    if not 0 <= percent <= 100:
        raise ValueError("percent is from 0 to 100")
    text = posixpath.join(salt, key)
    first = hashlib.sha256(text.encode()).digest()[:8]
    h = int.from_bytes(first, "big")
    return "canary" if h < 2**64 * (percent / 100) else "stable"
