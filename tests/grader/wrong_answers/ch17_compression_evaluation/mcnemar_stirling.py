"""Stirling's formula for the factorials.

loses: mcnemar_value
says: all counts from 0 to the smaller one
"""

import math


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0

    def ln(m):
        return m * math.log(m) - m + 0.5 * math.log(2 * math.pi * m) if m else 0.0

    return min(1.0, 2 * sum(math.exp(ln(n) - ln(i) - ln(n - i) - n * math.log(2)) for i in range(k + 1)))
