"""Nothing changed: 0.

loses: mcnemar_ends
says: nothing changed: no evidence
"""

import math


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n, k = fixed + broken, min(fixed, broken)
    if n == 0:
        return 0.0
    tail = sum(math.comb(n, i) for i in range(k + 1))
    return min(1.0, 2 * tail / 2**n)
