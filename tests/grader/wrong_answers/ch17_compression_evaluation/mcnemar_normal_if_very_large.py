"""The approximation from 1,000 on.

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
    if n > 1000:
        return math.erfc(max(0, abs(fixed - broken) - 1) / math.sqrt(2 * n))
    return min(1.0, 2 * tail / 2**n)
