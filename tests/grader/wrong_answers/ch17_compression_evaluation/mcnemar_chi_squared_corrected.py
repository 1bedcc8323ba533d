"""Chi-squared with the continuity correction.

loses: mcnemar_value
says: all counts from 0 to the smaller one
"""

import math


def mcnemar_p_value(fixed, broken):
    if fixed < 0 or broken < 0:
        raise ValueError("negative")
    n = fixed + broken
    if n == 0:
        return 1.0
    return math.erfc(math.sqrt(max(0, abs(fixed - broken) - 1) ** 2 / n / 2))
