"""Through float32.

loses: percentile_rank
says: float32
"""

import math

import numpy as np


def latency_percentile(times, percent, beyond=10):
    if not times or not all(0 < time < math.inf for time in times):
        raise ValueError("times")
    if not 1 <= percent <= 99:
        raise ValueError("percent")
    rank = -(-percent * len(times) // 100)
    if len(times) - rank < beyond:
        return None
    return float(np.sort(np.array(times, dtype=np.float32))[rank - 1])
