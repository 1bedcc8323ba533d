"""Counted on a grid.

loses: volume_repeats
says: of equal cost the most valuable counts, and the others lie
"""

import math


def hypervolume(costs, values, reference):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values, *reference]):
        raise ValueError("bad numbers")
    most, best = reference
    inside = [(c, w) for c, w in zip(costs, values, strict=True) if c < most and w > best]
    if not inside:
        return 0.0
    left, top, n = min(c for c, _ in inside), max(w for _, w in inside), 200
    hits = 0
    for i in range(n):
        x = left + (i + 0.5) * (most - left) / n
        height = max([w for c, w in inside if c <= x], default=best)
        hits += (height - best) / (top - best)
    return hits / n * (most - left) * (top - best)
