"""A point that costs too much hides later ones.

loses: volume_outside
says: not better than the reference in both: such a point covers
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True), key=lambda p: -p[0] if p[0] >= most else p[0]):
        if value > best:
            area += max(0.0, most - cost) * (value - best)
            best = value
    return area
