"""A dict keeps the last of equal costs.

loses: volume_repeats
says: a point that is equal to another, or dominated by one, adds
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(dict(zip(costs, values, strict=True)).items()):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
