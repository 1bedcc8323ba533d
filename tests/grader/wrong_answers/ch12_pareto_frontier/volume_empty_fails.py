"""No points fail.

loses: volume_outside
says: ValueError: max() arg is an empty sequence
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    most, best = min(most, max(costs) + most), best
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
