"""Times are not checked at all.

loses: percentile_limits
says: was not measured
"""


def latency_percentile(times, percent, beyond=10):
    if not times:
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return sorted(times)[rank - 1]
