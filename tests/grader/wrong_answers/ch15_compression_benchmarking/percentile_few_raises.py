"""An error where there are too few.

loses: percentile_few
says: ValueError
"""

import math


def latency_percentile(times, percent, beyond=10):
    if not times or not all(0 < time < math.inf for time in times):
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        raise ValueError("too few")
    return sorted(times)[rank - 1]
