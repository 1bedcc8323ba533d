"""In the first bucket the answer is its upper bound, since no bound stands below it.

Text: "from its lower bound (0 for the first one) to its upper bound"
Input: `latency_quantile([10.0, math.inf], [4, 4], 0.5)` -> promised 5.0, actual 10.0
"""

import math
from bisect import bisect_left


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if counts[-1] == 0 or counts != sorted(counts):
        raise ValueError("counts")
    rank = q * counts[-1]
    i = bisect_left(counts, rank)
    if i == len(bounds) - 1:
        return bounds[-2]
    if i == 0:
        return bounds[0]
    part = (rank - counts[i - 1]) / (counts[i] - counts[i - 1])
    return bounds[i - 1] + (bounds[i] - bounds[i - 1]) * part
