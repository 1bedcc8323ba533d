"""A total of 0 is passed over before its counts are looked at.

loses: decide_limits
says: more bad ones than the total
"""

import math


def decide(counts: dict[str, tuple[int, int]], limits: dict[str, float]) -> tuple[str, list[str]]:
    if not limits:
        raise ValueError("no limits")
    rollback, wait = [], []
    for name, limit in limits.items():
        k, n = counts.get(name, (0, 0))
        if not 0 < limit < 1 or k < 0 or n < 0:
            raise ValueError(name)
        if not n:
            wait.append(name)
            continue
        if k > n:
            raise ValueError("more bad ones than all")
        p, z = k / n, 1.96
        root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        if (p + z**2 / (2 * n) - root) / (1 + z**2 / n) > limit:
            rollback.append(name)
        if (p + z**2 / (2 * n) + root) / (1 + z**2 / n) >= limit:
            wait.append(name)
    if rollback:
        return "rollback", rollback
    return ("wait", wait) if wait else ("promote", [])
