"""Requests are counted, and each so many gets the canary.

loses: route_sticky
says: the same user has the same place at every share, so
"""

_asked = [0]


def version_for(key, salt, percent):
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    _asked[0] += 1
    place = _asked[0] * 0.618 % 1
    return "canary" if place < percent / 100 else "stable"
