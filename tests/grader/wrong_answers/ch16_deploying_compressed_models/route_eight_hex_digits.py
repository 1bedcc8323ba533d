"""Eight hexadecimal digits over 2**32: coarser, and yet nearly right.

loses: route_share
says: the share is a number and need not be whole: 0.5 is
"""

import hashlib


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    digest = hashlib.sha256(f"{salt}/{key}".encode()).hexdigest()
    place = round(int(digest[:8], 16) / 2**32, 3)
    return "canary" if place < percent / 100 else "stable"
