"""Says 1e-15 where p is below that, since floats have 16 digits.

Text: "right to eight digits, however small. Where it is below 1e-300, any number from 0 to 1e-300."
Input: (2, 98).
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed < 0 or broken < 0:
        raise ValueError("counts")
    n, k = fixed + broken, min(fixed, broken)
    return max(1e-15, min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n))
