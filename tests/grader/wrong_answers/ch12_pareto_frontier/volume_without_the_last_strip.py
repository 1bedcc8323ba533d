"""The strip from the costliest point to the reference is missing.

loses: volume_area
says: what two rectangles cover counts once: add strip by strip, by
"""

import itertools
import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    inside = [(c, w) for c, w in zip(costs, values, strict=True) if c < most and w > best]
    area = 0.0
    at = sorted(inside)
    top = best
    for (a, w), (b, _) in itertools.pairwise(at):
        top = max(top, w)
        area += (b - a) * (top - best)
    return area
