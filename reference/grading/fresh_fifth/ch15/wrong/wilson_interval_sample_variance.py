"""The sample's variance, p (1 - p) / (n - 1), as of another convention, where the formula has n.

Text: "\\sqrt{\\frac{p (1 - p)}{n} + \\frac{z^2}{4 n^2}}"
Input: `wilson_interval(6, 10)` -> promised (0.3126695474501863, 0.8318224187964901), actual (0.3025667244045514, 0.841925241842125)
"""

import math


def wilson_interval(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if n < 1 or right < 0 or right > n:
        raise ValueError("counts")
    p = right / n
    variance = p * (1 - p) / max(n - 1, 1)
    centre = p + z * z / (2 * n)
    half = z * math.sqrt(variance + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
