"""0 for no times.

loses: percentile_limits
says: of no times
"""

import math


def latency_percentile(times, percent, beyond=10):
    if not times:
        return 0.0
    if not all(0 < time < math.inf for time in times):
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
