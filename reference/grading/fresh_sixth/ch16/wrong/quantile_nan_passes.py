"""Two comparisons refuse q, and NaN is neither at most 0 nor above 1.

Text: "ValueError: ... q is not above 0, is above 1, or is NaN"
Input: `latency_quantile([1.0, math.inf], [1, 2], math.nan)` -> promised ValueError: q, actual 1.0
"""

import math


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if q <= 0 or q > 1:
        raise ValueError("q")
    if counts[-1] == 0 or any(a > b for a, b in zip(counts, counts[1:])):
        raise ValueError("counts")
    rank = q * counts[-1]
    low, before = 0.0, 0
    for bound, count in zip(bounds[:-1], counts):
        if count >= rank:
            return low + (bound - low) * (rank - before) / (count - before)
        low, before = bound, count
    return bounds[-2]
