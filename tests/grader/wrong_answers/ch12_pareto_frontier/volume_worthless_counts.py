"""What is worth less than the reference counts below 0.

loses: volume_outside
says: not better than the reference in both: such a point covers
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area, floor = 0.0, best
    top = -math.inf
    for cost, value in sorted(zip(costs, values, strict=True)):
        if cost < most and value > top:
            area += (most - cost) * (value - (floor if top == -math.inf else top))
            top = value
    return area
