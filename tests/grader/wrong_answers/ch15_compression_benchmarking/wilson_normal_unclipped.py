"""The normal interval, beyond 0 and 1.

loses: wilson_value
says: the formula as it stands
"""

import math


def wilson_interval(right, n, z=1.96):
    if n < 1 or not 0 <= right <= n:
        raise ValueError("counts")
    p = right / n
    half = z * math.sqrt(p * (1 - p) / n)
    return p - half, p + half
