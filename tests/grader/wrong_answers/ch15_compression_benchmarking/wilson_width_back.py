"""The width alone.

loses: wilson_value
says: a tuple of the lower
"""

import math


def wilson_interval(right, n, z=1.96):
    if n < 1 or not 0 <= right <= n:
        raise ValueError("counts")
    p = right / n
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    divisor = 1 + z**2 / n
    return 2 * half / divisor
