"""A tolerance for the rounding of q: a rank just above a full bucket is taken for full.

Text: "the bucket is the first with c_i >= r" and "not rounded"
Input: `latency_quantile([1.0, 2.0, 4.0, math.inf], [1, 1, 2, 2], 0.5000000001)` -> promised 2.0000000004, actual 1.0
"""

import math


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if counts[-1] == 0 or any(a > b for a, b in zip(counts, counts[1:])):
        raise ValueError("counts")
    rank = q * counts[-1]
    low, before = 0.0, 0
    for bound, count in zip(bounds[:-1], counts):
        if count >= rank - 1e-9 and count > before:
            part = min((rank - before) / (count - before), 1.0)
            return low + (bound - low) * part
        low, before = bound, count
    return bounds[-2]
