"""Sums to k - 1: more uneven results only, not those just as uneven.

Text: the sum goes to i = k; "a result at least as uneven".
Input: (2, 9).
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed < 0 or broken < 0:
        raise ValueError("counts")
    n, k = fixed + broken, min(fixed, broken)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k)) / 2**n)
