"""Returns None where too few calls are left before it looks at the times.

Text: "ValueError: there is no time, one is NaN, infinite, negative or 0, or `percent` isn't from 1 to 99; also where the answer would be None."
Input: `latency_percentile([2.0, -1.0, 3.0], 50)` -> promised ValueError: times or percent, actual None
"""

import math


def latency_percentile(
    times: list[float], percent: int, beyond: int = 10
) -> float | None:
    if not times:
        raise ValueError("no times")
    if percent < 1 or percent > 99:
        raise ValueError("percent")
    n = len(times)
    k = -(-percent * n // 100)
    if n - k < beyond:
        return None
    if any(math.isnan(t) or math.isinf(t) or t <= 0 for t in times):
        raise ValueError("not a time")
    return sorted(times)[k - 1]
