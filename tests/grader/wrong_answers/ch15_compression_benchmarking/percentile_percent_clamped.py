"""The percent are clamped.

loses: percentile_limits
says: percent is from 1 to 99
"""

import math


def latency_percentile(times, percent, beyond=10):
    if not times or not all(0 < time < math.inf for time in times):
        raise ValueError("times")
    percent = min(max(percent, 1), 99)
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
