"""Too few calls are told before what is refused.

loses: percentile_limits
says: percent is from 1 to 99
"""

import math


def latency_percentile(times, percent, beyond=10):
    if times and len(times) + -percent * len(times) // 100 < beyond:
        return None
    if not times or not all(0 < time < math.inf for time in times):
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
