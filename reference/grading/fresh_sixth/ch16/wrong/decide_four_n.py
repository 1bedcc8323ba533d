"""Under the root z squared over 4 n, where the formula has 4 n squared.

Text: "sqrt(p(1-p)/n + z^2/(4n^2))"
Input: `decide({"errors": (0, 1000)}, {"errors": 0.02})` -> promised ('promote', []), actual ('wait', ['errors'])
"""

import math


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
        low, high = 0.0, 1.0
        if n > 0:
            p, z = k / n, 1.96
            root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n))
            low = (p + z**2 / (2 * n) - root) / (1 + z**2 / n)
            high = (p + z**2 / (2 * n) + root) / (1 + z**2 / n)
        if low > limit:
            rollback.append(name)
        if high >= limit:
            wait.append(name)
    if rollback:
        return "rollback", rollback
    return ("wait", wait) if wait else ("promote", [])
