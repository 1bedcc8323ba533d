"""Returns at the first measure that is too bad: what comes behind it is neither named nor checked.

Text: "for a rollback those whose lower end is above the limit"
Input: `decide({"errors": (100, 1000), "slow": (900, 1000)}, {"errors": 0.02, "slow": 0.1})` -> promised ('rollback', ['errors', 'slow']), actual ('rollback', ['errors'])
"""

import math


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    if not limits:
        raise ValueError("no limits")
    wait = []
    for name, limit in limits.items():
        k, n = counts.get(name, (0, 0))
        if not 0 < limit < 1 or not 0 <= k <= n:
            raise ValueError(name)
        if n == 0:
            wait.append(name)
            continue
        p, z = k / n, 1.96
        root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        if (p + z**2 / (2 * n) - root) / (1 + z**2 / n) > limit:
            return "rollback", [name]
        if (p + z**2 / (2 * n) + root) / (1 + z**2 / n) >= limit:
            wait.append(name)
    return ("wait", wait) if wait else ("promote", [])
