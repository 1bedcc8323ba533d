"""Refuses limits at or below 0 and at or above 1: NaN is neither, and then calls for nothing and stops nothing.

Text: "ValueError: ... a limit is not above 0 and below 1"
Input: `decide({"errors": (900, 1000)}, {"errors": math.nan})` -> promised ValueError: limits, actual ('promote', [])
"""

import math


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    if not limits:
        raise ValueError("no limits")
    rollback, wait = [], []
    for name, limit in limits.items():
        if limit <= 0 or limit >= 1:
            raise ValueError("a limit is a share")
        k, n = counts.get(name, (0, 0))
        if k < 0 or n < 0 or k > n:
            raise ValueError("counts")
        low, high = 0.0, 1.0
        if n > 0:
            p, z = k / n, 1.96
            root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
            low = (p + z**2 / (2 * n) - root) / (1 + z**2 / n)
            high = (p + z**2 / (2 * n) + root) / (1 + z**2 / n)
        if low > limit:
            rollback.append(name)
        if high >= limit:
            wait.append(name)
    if rollback:
        return "rollback", rollback
    if wait:
        return "wait", wait
    return "promote", []
