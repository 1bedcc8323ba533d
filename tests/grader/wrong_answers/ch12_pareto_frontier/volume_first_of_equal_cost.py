"""Of equal costs the first, which is the least valuable.

loses: volume_repeats
says: a point that is equal to another, or dominated by one, adds
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area, seen = 0.0, set()
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most and cost not in seen and value > best:
            area += (most - cost) * (value - best)
            best = value
        seen.add(cost)
    return area
