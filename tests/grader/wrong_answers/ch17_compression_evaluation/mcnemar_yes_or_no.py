"""Whether it is significant.

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
    tail = sum(math.comb(n, i) for i in range(k + 1))
    return 2 * tail / 2**n < 0.05
