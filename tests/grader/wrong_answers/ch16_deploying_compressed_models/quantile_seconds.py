"""Seconds for milliseconds.

loses: quantile_value
says: the bucket is the first whose count
"""

import math
from itertools import pairwise


def latency_quantile(bounds, counts, q):
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if any(b < a for a, b in pairwise(counts)) or counts[-1] <= 0:
        raise ValueError("counts")
    if not 0 < q <= 1:
        raise ValueError(q)
    rank, lower, before = q * counts[-1], 0.0, 0
    for upper, count in zip(bounds[:-1], counts[:-1], strict=True):
        if count >= rank:
            return (lower + (upper - lower) * (rank - before) / (count - before)) / 1000
        lower, before = upper, count
    return lower
