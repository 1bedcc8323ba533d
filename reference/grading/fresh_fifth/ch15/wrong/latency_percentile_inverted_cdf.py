"""Leaves the rank to NumPy's 'inverted_cdf', the same rule, but in floating point: 0.28 * 25 is just above 7, and the next time comes.

Text: "the **rank** is the smallest whole number $k$ with $100\\,k \\ge q\\,n$"
Input: `latency_percentile([float(t) for t in range(1, 26)], 28)` -> promised 7.0, actual 8.0
"""

import numpy as np


def latency_percentile(
    times: list[float], percent: int, beyond: int = 10
) -> float | None:
    data = np.asarray(times, dtype=np.float64)
    if data.size == 0 or not 1 <= percent <= 99:
        raise ValueError("no times, or percent out of range")
    if not np.isfinite(data).all() or (data <= 0).any():
        raise ValueError("not a time")
    behind = (100 - percent) * len(times) // 100
    if behind < beyond:
        return None
    return float(np.percentile(data, percent, method="inverted_cdf"))
