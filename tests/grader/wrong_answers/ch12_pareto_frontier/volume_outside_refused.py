"""Points outside are refused.

loses: volume_outside
says: ValueError: outside
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    if any(c > most for c in costs) or any(w < best for w in values):
        raise ValueError("outside")
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
