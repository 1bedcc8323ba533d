"""Ints become floats before they are subtracted.

loses: volume_repeats
says: ints are subtracted as such
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = map(float, reference)
    area = 0.0
    for cost, value in sorted(zip(map(float, costs), map(float, values), strict=True)):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
