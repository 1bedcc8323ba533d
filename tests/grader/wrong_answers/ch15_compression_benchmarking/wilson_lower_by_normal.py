"""The upper end is Wilson's, the lower one the normal interval's, below one half.

loses: wilson_ends
says: mirror each other
"""

import math


def wilson_interval(right, n, z=1.96):
    if n < 1 or not 0 <= right <= n:
        raise ValueError("counts")
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    divisor = 1 + z**2 / n
    low = max(0.0, (centre - half) / divisor)
    if p < 0.5:
        low = max(0.0, p - z * math.sqrt(p * (1 - p) / n))
    return low, min(1.0, (centre + half) / divisor)
