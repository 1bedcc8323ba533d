"""No right answer: 3 over n.

loses: wilson_ends
says: with no right answer it starts at 0
"""

import math


def wilson_interval(right, n, z=1.96):
    if n < 1 or not 0 <= right <= n:
        raise ValueError("counts")
    if right == 0:
        return 0.0, min(1.0, 3 / n)
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    divisor = 1 + z**2 / n
    return max(0.0, (centre - half) / divisor), min(1.0, (centre + half) / divisor)
