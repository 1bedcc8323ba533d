"""NaN in the reference isn't looked for.

loses: volume_repeats
says: NaN is neither inside nor outside: a ValueError, the
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
