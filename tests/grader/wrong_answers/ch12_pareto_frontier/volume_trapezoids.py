"""Trapezoids: the line between two points is dominated by neither.

loses: volume_area
says: what two rectangles cover counts once: add strip by strip, by
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    inside = [(c, w) for c, w in zip(costs, values, strict=True) if c < most and w > best]
    area = 0.0
    at = sorted(inside)
    for (a, x), (b, y) in zip(at, [*at[1:], (most, max([w for _, w in inside], default=0))], strict=True):
        area += (b - a) * ((x + y) / 2 - best)
    return area
