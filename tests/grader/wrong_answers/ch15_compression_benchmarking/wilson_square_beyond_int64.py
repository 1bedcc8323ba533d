"""n squared in int64, which runs over from three thousand million on.

loses: wilson_limits
says: n squared is beyond int64
"""

import math

import numpy as np


def wilson_interval(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if n < 1 or not 0 <= right <= n:
        raise ValueError(f"{right} of {n} right")
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (float(np.int64(4) * np.int64(n) * np.int64(n))))
    divisor = 1 + z**2 / n
    return max(0.0, (centre - half) / divisor), min(1.0, (centre + half) / divisor)
