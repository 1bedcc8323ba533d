"""heapq.nsmallest instead of sorting all, and the rank found by divmod."""

import heapq
import math


def latency_percentile(
    times: list[float], percent: int, beyond: int = 10
) -> float | None:
    if percent < 1 or percent > 99:
        raise ValueError("percent is from 1 to 99")
    count = 0
    for time in times:
        count += 1
        if math.isnan(time) or math.isinf(time) or time <= 0:
            raise ValueError(f"{time} ms was not measured")
    if count == 0:
        raise ValueError("no times")
    rank, rest = divmod(percent * count, 100)
    rank += bool(rest)
    if count < rank + beyond:
        return None
    return heapq.nsmallest(rank, times)[-1]
