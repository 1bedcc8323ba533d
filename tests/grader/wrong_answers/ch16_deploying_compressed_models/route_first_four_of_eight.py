"""The first 8 hexadecimal digits, which are 4 bytes: a place that is right to nine digits.

loses: route_share
says: all of the first 8 bytes
"""

import hashlib


def version_for(key: str, salt: str, percent: float) -> str:
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage")
    digest = hashlib.sha256(f"{salt}/{key}".encode()).hexdigest()
    place = int(digest[:8], 16) / 16**8
    return "canary" if place < percent / 100 else "stable"
