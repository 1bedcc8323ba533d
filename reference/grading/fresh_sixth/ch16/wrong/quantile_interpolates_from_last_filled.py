"""Drops empty buckets first: the next one then begins at the bound of the last one that had requests.

Text: "from its lower bound (0 for the first one) to its upper bound"
Input: `latency_quantile([1.0, 2.0, 4.0, math.inf], [4, 4, 8, 8], 0.75)` -> promised 3.0, actual 2.5
"""

import math


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if counts[-1] == 0 or any(a > b for a, b in zip(counts, counts[1:])):
        raise ValueError("counts")
    filled, before = [], 0
    for bound, count in zip(bounds, counts):
        if count > before:
            filled.append((bound, count))
        before = count
    rank = q * counts[-1]
    low, before = 0.0, 0
    for bound, count in filled:
        if count >= rank:
            if bound == math.inf:
                return bounds[-2]
            return low + (bound - low) * (rank - before) / (count - before)
        low, before = bound, count
    return bounds[-2]
