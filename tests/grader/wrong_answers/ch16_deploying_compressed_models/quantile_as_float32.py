"""Counts in float32.

loses: quantile_limits
says: counts of any size
"""

import math
from itertools import pairwise

import torch


def latency_quantile(bounds, counts, q):
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if any(b < a for a, b in pairwise(counts)) or counts[-1] <= 0:
        raise ValueError("counts")
    if not 0 < q <= 1:
        raise ValueError(q)
    counts = torch.tensor(counts, dtype=torch.float32).tolist()
    rank, lower, before = q * counts[-1], 0.0, 0
    for upper, count in zip(bounds[:-1], counts[:-1], strict=True):
        if count >= rank:
            return lower + (upper - lower) * (rank - before) / (count - before)
        lower, before = upper, count
    return lower
