"""From the costliest point.

loses: volume_area
says: what two rectangles cover counts once: add strip by strip, by
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    area = 0.0
    for cost, value in sorted(zip(costs, values, strict=True), reverse=True):
        if cost < most and value > best:
            area += (most - cost) * (value - best)
            best = value
    return area
