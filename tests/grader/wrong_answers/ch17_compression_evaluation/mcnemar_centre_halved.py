"""The centre is left out where the counts are equal.

loses: mcnemar_ends
says: a probability is at most 1
"""

import math


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, i) for i in range(k + 1))
    if fixed == broken:
        return 1 - math.comb(n, k) / 2**n
    return min(1.0, 2 * tail / 2**n)
