"""Says 0 where the logarithm is below -230, "since nobody can tell".

Text: "right to eight digits, however small. Where it is below 1e-300, any number from 0 to 1e-300."
Input: (0, 400): 0.0; promised is 7.7e-121.
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed < 0 or broken < 0:
        raise ValueError("counts")
    n, k = fixed + broken, min(fixed, broken)
    if k == 0 and n * math.log(2) > 230:
        return 0.0
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n)
