"""The longer list is cut.

loses: frontier_numbers
says: one cost and one value for each point, else a ValueError
"""

import math


def frontier(costs, values):
    if any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    points = list(zip(costs, values, strict=False))
    kept = [i for i, (c, v) in enumerate(points) if not any(d <= c and w >= v and (d < c or w > v) for d, w in points)]
    return sorted(kept, key=lambda i: costs[i])
