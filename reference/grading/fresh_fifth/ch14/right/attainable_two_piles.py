"""Sorts the operations into two piles first: MACs of those that compute, bytes of those that wait.

Each pile has one division, and the comparison is one of exact products."""

import math
from fractions import Fraction


def attainable(
    operations: list[tuple[int, int]], peak: float, bandwidth: float
) -> dict[str, object]:
    endless = math.isinf(bandwidth)
    top, side = Fraction(peak), None if endless else Fraction(bandwidth)
    all_macs = computing = moving = 0
    places = []
    for place, (macs, size) in enumerate(operations):
        all_macs += macs
        if not endless and size * top > macs * side:
            places.append(place)
            moving += size
        else:
            computing += macs
    seconds = computing / top
    if moving:
        seconds += moving / side
    if seconds == 0:
        return dict(seconds=0.0, memory_bound=places, speed=0.0)
    return dict(
        seconds=float(seconds), memory_bound=places, speed=float(all_macs / seconds)
    )
