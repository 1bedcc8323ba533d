"""Who was asked once keeps the version for good.

loses: route_sticky
says: about as many users as the share says
"""

import hashlib

_seen = {}


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return _seen.setdefault((key, salt), "canary" if place < percent / 100 else "stable")
