"""0.5 to the power of n is 0 from 1075 on.

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
    return min(1.0, 2 * min(float(2**1000), tail) * 0.5**n)
