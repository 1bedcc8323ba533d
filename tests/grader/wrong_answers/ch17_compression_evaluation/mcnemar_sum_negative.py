"""Refused only if the sum is negative.

loses: mcnemar_ends
says: a count is 0 or more
"""

import math


def mcnemar_p_value(fixed, broken):
    if fixed + broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, i) for i in range(k + 1))
    return min(1.0, 2 * tail / 2**n)
