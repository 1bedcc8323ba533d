"""In percent.

loses: wilson_value
says: the formula as it stands
"""

import math


def wilson_interval(right, n, z=1.96):
    if n < 1 or not 0 <= right <= n:
        raise ValueError("counts")
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    divisor = 1 + z**2 / n
    return 100 * max(0.0, (centre - half) / divisor), 100 * min(1.0, (centre + half) / divisor)
