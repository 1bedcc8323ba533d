"""A rank that is just above a count is taken for it.

loses: quantile_limits
says: the product in float64
"""

import math
from itertools import pairwise


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if counts[-1] == 0 or any(a > b for a, b in pairwise(counts)):
        raise ValueError("counts")
    rank = q * counts[-1]
    low, before = 0.0, 0
    for bound, count in zip(bounds[:-1], counts[:-1], strict=True):
        if count >= rank - 1e-9 and count > before:
            part = min((rank - before) / (count - before), 1.0)
            return low + (bound - low) * part
        low, before = bound, count
    return bounds[-2]
