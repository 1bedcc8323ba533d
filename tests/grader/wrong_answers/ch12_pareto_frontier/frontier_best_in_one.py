"""Keeps what is best in one of the two.

loses: frontier_dominance
says: sorted by cost, a point stays if it is worth more than all
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    points = list(zip(costs, values, strict=True))
    kept = [i for i, (c, v) in enumerate(points) if c == min(costs) or v == max(values)]
    return sorted(kept, key=lambda i: costs[i])
