"""A random number from the hash as seed.

loses: route_place
says: the first 8 bytes of SHA-256
"""

import hashlib
import random


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    place = random.Random(digest).random()
    return "canary" if place < percent / 100 else "stable"
