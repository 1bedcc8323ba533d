"""Puts only the lower end back: the upper one is above 1 by a rounding error.

Text: "Neither is ever below 0 or above 1, not even by a rounding error."
Input: `wilson_interval(5, 5)` -> promised (0.565508505247919, 1.0), actual (0.565508505247919, 1.0000000000000002)
"""

import math


def wilson_interval(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if n < 1 or right < 0 or right > n:
        raise ValueError("counts")
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return max(0.0, (centre - half) / scale), (centre + half) / scale
