"""Divides the centre alone by 1 + z**2 / n and adds the half width as it is.

Text: "\\frac{p + \\frac{z^2}{2n} \\;\\pm\\; z \\sqrt{\\frac{p (1 - p)}{n} + \\frac{z^2}{4 n^2}}}{1 + \\frac{z^2}{n}}"
Input: `wilson_interval(6, 10)` -> promised (0.3126695474501863, 0.8318224187964901), actual (0.2129506639219883, 0.9315413023246883)
"""

import math


def wilson_interval(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if n < 1 or right < 0 or right > n:
        raise ValueError("counts")
    p = right / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)
