"""Rounds the rank up to a whole request.

Text: "the rank is r = q * c_k, computed in float64 and not rounded"
Input: `latency_quantile([10.0, math.inf], [1, 1], 0.25)` -> promised 2.5, actual 10.0
"""

import math


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if counts[-1] == 0 or any(a > b for a, b in zip(counts, counts[1:])):
        raise ValueError("counts")
    rank = math.ceil(q * counts[-1])
    low, before = 0.0, 0
    for bound, count in zip(bounds[:-1], counts):
        if count >= rank:
            return low + (bound - low) * (rank - before) / (count - before)
        low, before = bound, count
    return bounds[-2]
