"""Roles swapped: costs are to be high.

loses: frontier_dominance
says: sorted by cost, a point stays if it is worth more than all
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    points = list(zip(costs, values, strict=True))
    kept = [i for i, (c, v) in enumerate(points) if not any(d >= c and w >= v and (d > c or w > v) for d, w in points)]
    return sorted(kept, key=lambda i: costs[i])
