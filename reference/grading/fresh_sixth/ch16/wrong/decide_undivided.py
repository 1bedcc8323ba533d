"""Wilson's numerator without its denominator, 1 + z squared over n.

Text: the interval's ends are divided by "1 + z^2 / n"
Input: `decide({"errors": (18, 20)}, {"errors": 0.72})` -> promised ('wait', ['errors']), actual ('rollback', ['errors'])
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
            root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
            low = p + z**2 / (2 * n) - root
            high = p + z**2 / (2 * n) + root
        if low > limit:
            rollback.append(name)
        if high >= limit:
            wait.append(name)
    if rollback:
        return "rollback", rollback
    return ("wait", wait) if wait else ("promote", [])
