"""In the order of the list, not by cost.

loses: frontier_dominance
says: the places of the points as they were given, by rising cost
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    points = list(zip(costs, values, strict=True))
    return [i for i, (c, v) in enumerate(points) if not any(d <= c and w >= v and (d < c or w > v) for d, w in points)]
