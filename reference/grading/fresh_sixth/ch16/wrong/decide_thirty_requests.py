"""Rule of thumb on top: fewer than 30 requests are taken for nothing measured.

Text: "rollback if the lower end of any measure lies above its limit"
Input: `decide({"errors": (20, 20)}, {"errors": 0.02})` -> promised ('rollback', ['errors']), actual ('wait', ['errors'])
"""

import math


def wilson(k, n, z=1.96):
    if n < 30:
        return 0.0, 1.0  # too few to say anything
    p = k / n
    centre = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return (centre - spread) / scale, (centre + spread) / scale


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    if not limits:
        raise ValueError("no limits")
    intervals = {}
    for name, limit in limits.items():
        bad, total = counts.get(name, (0, 0))
        if not 0 < limit < 1:
            raise ValueError("limit")
        if bad < 0 or total < bad:
            raise ValueError("counts")
        intervals[name] = wilson(bad, total)
    worse = [name for name in limits if intervals[name][0] > limits[name]]
    if worse:
        return "rollback", worse
    unsure = [name for name in limits if not intervals[name][1] < limits[name]]
    return ("wait" if unsure else "promote"), unsure
