"""Refuses counts above the total alone: one that is smaller than the one before gets by in the middle.

Text: "a count is smaller than the one before"
Input: `latency_quantile([1.0, 2.0, 4.0, math.inf], [5, 3, 8, 8], 0.9)` -> promised ValueError: counts, actual 3.68
"""

import math


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts):
        raise ValueError("as many bounds as counts")
    if len(bounds) < 2 or not math.isinf(bounds[-1]):
        raise ValueError("the last bound is infinite, and not alone")
    if not 0 < q <= 1:
        raise ValueError("q")
    total = counts[-1]
    if total == 0:
        raise ValueError("no requests")
    if max(counts) > total:
        raise ValueError("counts are cumulative")
    rank = q * total
    previous_bound, previous_count = 0.0, 0
    for bound, count in zip(bounds, counts):
        if count >= rank:
            break
        previous_bound, previous_count = bound, count
    if bound == math.inf:
        return previous_bound
    part = (rank - previous_count) / (count - previous_count)
    return previous_bound + (bound - previous_bound) * part
