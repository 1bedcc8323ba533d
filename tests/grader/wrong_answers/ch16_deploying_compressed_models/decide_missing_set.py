"""A missing measure is set in the dict that came in.

loses: decide_limits
says: does the function work in place
"""

import math


def decide(counts: dict[str, tuple[int, int]], limits: dict[str, float]) -> tuple[str, list[str]]:
    if not limits:
        raise ValueError("no limits")
    rollback, wait = [], []
    for name, limit in limits.items():
        k, n = counts.setdefault(name, (0, 0))
        if not 0 < limit < 1 or not 0 <= k <= n:
            raise ValueError(name)
        if n == 0:
            wait.append(name)
            continue
        p, z = k / n, 1.96
        root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        if (p + z**2 / (2 * n) - root) / (1 + z**2 / n) > limit:
            rollback.append(name)
        if (p + z**2 / (2 * n) + root) / (1 + z**2 / n) >= limit:
            wait.append(name)
    if rollback:
        return "rollback", rollback
    return ("wait", wait) if wait else ("promote", [])
