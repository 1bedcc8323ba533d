"""From the k-th term downwards, each by its ratio to the one before; the k-th itself from whole numbers.
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    small, large = sorted((fixed, broken))
    if small < 0:
        raise ValueError(small)
    n = small + large
    relative, term = 1.0, 1.0
    for i in range(small, 0, -1):
        term *= i / (n - i + 1)
        relative += term
    return min(1.0, 2 * relative * (math.comb(n, small) / 2**n))
