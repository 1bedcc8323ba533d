"""The approximation from 25 on.

loses: mcnemar_large
says: 2.0**1100 is no float
"""

import math


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, i) for i in range(k + 1))
    if n > 25:
        return math.erfc(abs(fixed - broken) / math.sqrt(2 * n))
    return min(1.0, 2 * tail / 2**n)
