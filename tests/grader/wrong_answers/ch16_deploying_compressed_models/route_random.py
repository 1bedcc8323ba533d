"""A throw of a coin.

loses: route_place
says: the first 8 bytes of SHA-256
"""

import random


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    place = random.random()
    return "canary" if place < percent / 100 else "stable"
