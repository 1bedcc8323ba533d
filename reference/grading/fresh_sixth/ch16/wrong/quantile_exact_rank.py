"""The rank as an exact fraction: 0.1 as a float is a hair above a tenth, and the rank a hair beyond the full bucket.

Text: "the rank is r = q * c_k, computed in float64 and not rounded"
Input: `latency_quantile([1.0, 2.0, 4.0, math.inf], [3, 3, 30, 30], 0.1)` -> promised 1.0, actual 2.0
"""

import math
from fractions import Fraction


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if counts[-1] == 0 or any(a > b for a, b in zip(counts, counts[1:])):
        raise ValueError("counts")
    rank = Fraction(q) * counts[-1]
    low, before = Fraction(0), 0
    for bound, count in zip(bounds[:-1], counts):
        if count >= rank:
            width = Fraction(bound) - low
            return float(low + width * (rank - before) / (count - before))
        low, before = Fraction(bound), count
    return bounds[-2]
