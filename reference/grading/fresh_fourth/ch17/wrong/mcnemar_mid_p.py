"""Counts the result itself half, the mid-p version.

Text: the formula; "exact two-sided p-value".
Input: (2, 9).
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed < 0 or broken < 0:
        raise ValueError("counts")
    n, k = fixed + broken, min(fixed, broken)
    return min(1.0, (2 * sum(math.comb(n, i) for i in range(k + 1)) - math.comb(n, k)) / 2**n)
