"""Broken times are left out.

loses: percentile_limits
says: was not measured
"""

import math


def latency_percentile(times, percent, beyond=10):
    times = [time for time in times if 0 < time < math.inf]
    if not times:
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
