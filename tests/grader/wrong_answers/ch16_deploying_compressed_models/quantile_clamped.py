"""q is clamped.

loses: quantile_limits
says: see the docstring
"""

import math
from itertools import pairwise


def latency_quantile(bounds, counts, q):
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if any(b < a for a, b in pairwise(counts)) or counts[-1] <= 0:
        raise ValueError("counts")
    q = min(1, max(1e-9, q))
    rank, lower, before = q * counts[-1], 0.0, 0
    for upper, count in zip(bounds[:-1], counts[:-1], strict=True):
        if count >= rank:
            return lower + (upper - lower) * (rank - before) / (count - before)
        lower, before = upper, count
    return lower
