"""No bad request at all is taken for good, however few there were.

Text: "promote if the upper end of every measure lies below its limit"
Input: `decide({"errors": (0, 20)}, {"errors": 0.02})` -> promised ('wait', ['errors']), actual ('promote', [])
"""

import math


def _interval(k, n):
    if n == 0:
        return 0.0, 1.0
    if k == 0:
        return 0.0, 0.0
    p, z = k / n, 1.96
    root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    return (p + z**2 / (2 * n) - root) / scale, (p + z**2 / (2 * n) + root) / scale


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    if not limits:
        raise ValueError("no limits")
    rollback, wait = [], []
    for name, limit in limits.items():
        k, n = counts.get(name, (0, 0))
        if not 0 < limit < 1 or not 0 <= k <= n:
            raise ValueError(name)
        low, high = _interval(k, n)
        if low > limit:
            rollback.append(name)
        if high >= limit:
            wait.append(name)
    if rollback:
        return "rollback", rollback
    return ("wait", wait) if wait else ("promote", [])
