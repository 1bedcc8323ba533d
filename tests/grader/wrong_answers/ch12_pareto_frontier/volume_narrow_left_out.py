"""Points that are cheaper than the reference by less than 1e-9 are taken for equal to it.

loses: volume_repeats
says: small areas count: no epsilon, no rounding
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most - 1e-9 and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
