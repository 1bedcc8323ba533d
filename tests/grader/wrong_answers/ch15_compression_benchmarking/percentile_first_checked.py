"""Only the first time is checked.

loses: percentile_limits
says: was not measured
"""

import math


def latency_percentile(times, percent, beyond=10):
    if not times or not 0 < times[0] < math.inf:
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
