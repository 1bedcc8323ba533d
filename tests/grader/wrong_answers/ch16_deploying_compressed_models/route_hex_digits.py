"""The first 8 hexadecimal digits, over 2**64.

loses: route_place
says: the first 8 bytes of SHA-256
"""

import hashlib


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    digest = hashlib.sha256(f"{salt}/{key}".encode()).hexdigest()
    place = int(digest[:8], 16) / 2**64
    return "canary" if place < percent / 100 else "stable"
