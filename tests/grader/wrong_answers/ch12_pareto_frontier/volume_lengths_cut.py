"""The longer list is cut.

loses: volume_repeats
says: one cost and one value for each point
"""

import math


def hypervolume(costs, values, reference):
    if any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=False)):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
