"""Looks its points up again: of equal ones always the first.

loses: frontier_ties
says: of equal cost only what is worth most stays, and all of what
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    points = list(zip(costs, values, strict=True))
    kept = [i for i, (c, v) in enumerate(points) if not any(d <= c and w >= v and (d < c or w > v) for d, w in points)]
    found = sorted(points[i] for i in kept)
    return [points.index(point) for point in found]
