"""What is not covered is subtracted from a large rectangle, which costs digits.

loses: volume_repeats
says: ten digits: float32 has seven
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    whole = 1e9 * 1e3
    return whole - (whole - area)
