"""Rounds up q / 100 * n in floating point, which is now and then a hair above the whole number: one rank too high.

Text: "the **rank** is the smallest whole number $k$ with $100\\,k \\ge q\\,n$"
Input: `latency_percentile([float(t) for t in range(1, 101)], 55)` -> promised 55.0, actual 56.0
"""

import math


def latency_percentile(
    times: list[float], percent: int, beyond: int = 10
) -> float | None:
    if len(times) == 0 or not 1 <= percent <= 99:
        raise ValueError("no times, or percent out of range")
    for t in times:
        if not math.isfinite(t) or t <= 0:
            raise ValueError("not a time")
    n = len(times)
    k = math.ceil(percent / 100 * n)
    if n - k < beyond:
        return None
    return sorted(times)[k - 1]
