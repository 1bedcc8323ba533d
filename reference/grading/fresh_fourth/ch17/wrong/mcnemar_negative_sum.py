"""Refuses a negative number of changed answers, and not a negative count.

Text: "ValueError: a count is negative."
Input: (-1, 4): a number.
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed + broken < 0:
        raise ValueError("counts")
    n, k = fixed + broken, min(fixed, broken)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n)
