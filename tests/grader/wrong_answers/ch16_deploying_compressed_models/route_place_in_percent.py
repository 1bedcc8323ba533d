"""The place is cut to whole percents.

loses: route_share
says: need not be whole
"""

import hashlib


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    digest = hashlib.sha256(f"{salt}/{key}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "canary" if int(100 * place) < percent else "stable"
