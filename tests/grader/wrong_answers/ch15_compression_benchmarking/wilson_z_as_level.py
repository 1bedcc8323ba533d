"""z is taken for a level.

loses: wilson_value
says: the formula as it stands
"""

import math
from statistics import NormalDist


def wilson_interval(right, n, z=1.96):
    if n < 1 or not 0 <= right <= n:
        raise ValueError("counts")
    z = NormalDist().inv_cdf(0.5 + min(z, 1.9) / 4)
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    divisor = 1 + z**2 / n
    return max(0.0, (centre - half) / divisor), min(1.0, (centre + half) / divisor)
