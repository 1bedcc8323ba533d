"""The rank is the ceiling of a product of floats.

loses: percentile_rank
says: whole numbers: 55
"""

import math


def latency_percentile(times, percent, beyond=10):
    if not times or not all(0 < time < math.inf for time in times):
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = math.ceil(percent / 100 * len(times))
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
