"""Recursion, a level for each point.

loses: frontier_numbers
says: RecursionError: maximum recursion depth exceeded while
"""

import math


def _kept(points):
    if not points:
        return []
    first, *rest = points
    return [first[2], *_kept([p for p in rest if p[1] < first[1] or p[:2] == first[:2]])]


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    return _kept(sorted((c, -v, i) for i, (c, v) in enumerate(zip(costs, values, strict=True))))
