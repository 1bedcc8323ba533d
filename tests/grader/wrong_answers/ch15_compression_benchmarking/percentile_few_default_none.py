"""No call behind it is asked for by default.

loses: percentile_few
says: ten calls must stand
"""

import math


def latency_percentile(times, percent, beyond=0):
    if not times or not all(0 < time < math.inf for time in times):
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
