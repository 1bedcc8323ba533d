"""A percentage out of range is clamped.

loses: route_share
says: is a ValueError
"""

import hashlib


def version_for(key, salt, percent):
    percent = max(0, min(100, percent))
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "canary" if place < percent / 100 else "stable"
