"""Subtracts what all have in common, once.

loses: volume_area
says: what two rectangles cover counts once: add strip by strip, by
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    inside = [(c, w) for c, w in zip(costs, values, strict=True) if c < most and w > best]
    area = sum((most - c) * (w - best) for c, w in inside)
    if len(inside) > 1:
        area -= (most - max(c for c, _ in inside)) * (min(w for _, w in inside) - best)
    return area
