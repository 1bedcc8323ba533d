"""Only the number of answers is checked, and a root of a negative number raises now and then.

loses: wilson_limits
says: more right answers than answers
"""

import math


def wilson_interval(right, n, z=1.96):
    if n < 1:
        raise ValueError("counts")
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    divisor = 1 + z**2 / n
    return max(0.0, (centre - half) / divisor), min(1.0, (centre + half) / divisor)
