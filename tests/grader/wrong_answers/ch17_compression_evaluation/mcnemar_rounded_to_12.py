"""Rounded to twelve digits behind the point.

loses: mcnemar_large
says: 1 minus a sum has 16 digits
"""

import math


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, i) for i in range(k + 1))
    return round(min(1.0, 2 * tail / 2**n), 12)
