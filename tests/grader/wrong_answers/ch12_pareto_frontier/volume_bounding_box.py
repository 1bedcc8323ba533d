"""The rectangle around all points.

loses: volume_area
says: what two rectangles cover counts once: add strip by strip, by
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    inside = [(c, w) for c, w in zip(costs, values, strict=True) if c < most and w > best]
    if not inside:
        return 0.0
    return (most - min(c for c, _ in inside)) * (max(w for _, w in inside) - best)
