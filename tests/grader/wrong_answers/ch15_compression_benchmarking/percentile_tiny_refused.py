"""Below a microsecond nothing can be measured, it thinks.

loses: percentile_limits
says: ValueError
"""

import math


def latency_percentile(times, percent, beyond=10):
    if not times or not all(1e-3 <= time < math.inf for time in times):
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
