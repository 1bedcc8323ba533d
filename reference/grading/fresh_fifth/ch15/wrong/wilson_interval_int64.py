"""NumPy's int64: 4 * n**2 runs over for a large n.

Text: "n: an int, all answers, from 1 to 10**12."
Input: `wilson_interval(0, 10**12, 10.0)` -> promised (0.0, 9.999999999000001e-11), actual (0.0, 3.537211475924799e-08)
"""

import numpy as np


def wilson_interval(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    right, n = np.array([right, n], dtype=np.int64)
    if n < 1 or right < 0 or right > n:
        raise ValueError("counts")
    p = right / n
    centre = p + z**2 / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = (centre + np.array([-half, half])) / (1 + z**2 / n)
    return float(max(low, 0.0)), float(min(high, 1.0))
