"""n is float32.

loses: wilson_value
says: nine digits
"""

import math

import numpy as np


def wilson_interval(right, n, z=1.96):
    if n < 1 or not 0 <= right <= n:
        raise ValueError("counts")
    p = float(np.float32(right) / np.float32(n))
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    divisor = 1 + z**2 / n
    return max(0.0, (centre - half) / divisor), min(1.0, (centre + half) / divisor)
