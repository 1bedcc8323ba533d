"""Takes the normal approximation with continuity correction above 2,000 changed answers.

Text: "ints, each from 0 and together up to 3,000", "right to eight digits".
Input: (1180, 1250).
"""
import math


def mcnemar_p_value(fixed: int, broken: int) -> float:
    if fixed < 0 or broken < 0:
        raise ValueError("counts")
    n, k = fixed + broken, min(fixed, broken)
    if n > 2000:
        distance = max(abs(fixed - broken) - 1, 0) / math.sqrt(n)
        return math.erfc(distance / math.sqrt(2))
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n)
