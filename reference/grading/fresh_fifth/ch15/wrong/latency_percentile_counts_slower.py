"""Counts the calls that are slower than the answer: equal times behind the rank are left out.

Text: "They are counted by their places in the sorted list, equal times too."
Input: `latency_percentile([5.0] * 20 + [6.0] * 5, 50)` -> promised 5.0, actual None
"""

import math


def latency_percentile(
    times: list[float], percent: int, beyond: int = 10
) -> float | None:
    if not times or percent not in range(1, 100):
        raise ValueError("no times, or percent out of range")
    if not all(0 < t < math.inf for t in times):
        raise ValueError("not a time")
    ordered = sorted(times)
    k = -(-percent * len(ordered) // 100)
    found = ordered[k - 1]
    if sum(t > found for t in ordered) < beyond:
        return None
    return found
