"""0 and 100 are refused.

loses: route_share
says: ValueError: 0
"""

import hashlib


def version_for(key, salt, percent):
    if not 0 < percent < 100:
        raise ValueError(percent)
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "canary" if place < percent / 100 else "stable"
