"""The share is hashed, too: who has the canary changes with it.

loses: route_place
says: the first 8 bytes of SHA-256
"""

import hashlib


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    digest = hashlib.sha256(f"{salt}/{percent}/{key}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "canary" if place < percent / 100 else "stable"
