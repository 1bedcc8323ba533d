"""Equal points dominate each other, so that all of them go.

loses: frontier_ties
says: of equal cost only what is worth most stays, and all of what
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    points = list(zip(costs, values, strict=True))
    kept = [
        i for i, (c, v) in enumerate(points) if not any(d <= c and w >= v for j, (d, w) in enumerate(points) if j != i)
    ]
    return sorted(kept, key=lambda i: costs[i])
