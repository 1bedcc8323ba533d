"""Each strip as high as its costlier end.

loses: volume_area
says: what two rectangles cover counts once: add strip by strip, by
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    inside = [(c, w) for c, w in zip(costs, values, strict=True) if c < most and w > best]
    area, at = 0.0, sorted(inside)
    for n, (cost, _) in enumerate(at):
        end = at[n + 1][0] if n + 1 < len(at) else most
        area += (end - cost) * (max(w for _, w in at[: n + 2]) - best)
    return area
