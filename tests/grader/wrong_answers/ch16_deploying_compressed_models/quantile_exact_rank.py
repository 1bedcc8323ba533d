"""The rank is an exact fraction: 0.1 of 30 is a hair more than 3.

loses: quantile_limits
says: the product in float64
"""

import math
from fractions import Fraction
from itertools import pairwise


def latency_quantile(bounds: list[float], counts: list[int], q: float) -> float:
    if len(bounds) != len(counts) or len(bounds) < 2 or bounds[-1] != math.inf:
        raise ValueError("bounds")
    if not 0 < q <= 1:
        raise ValueError("q")
    if counts[-1] == 0 or any(a > b for a, b in pairwise(counts)):
        raise ValueError("counts")
    rank = Fraction(q) * counts[-1]
    low, before = Fraction(0), 0
    for bound, count in zip(bounds[:-1], counts[:-1], strict=True):
        if count >= rank:
            width = Fraction(bound) - low
            return float(low + width * (rank - before) / (count - before))
        low, before = Fraction(bound), count
    return bounds[-2]
