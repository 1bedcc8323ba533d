"""A point that is worse in both has a positive product.

loses: volume_outside
says: not better than the reference in both: such a point covers
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True)):
        covered = (most - cost) * (value - best)
        if covered > 0:
            area += covered
            best = value
    return area
