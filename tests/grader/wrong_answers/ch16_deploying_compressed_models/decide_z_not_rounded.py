"""The 97.5% point of the normal distribution, 1.95996, for z.

loses: decide_promote
says: z is 1.96
"""

import math
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


def _wilson(bad, total):
    if total == 0:
        return 0.0, 1.0
    p = bad / total
    middle = p + Z * Z / (2 * total)
    half = Z * math.sqrt(p * (1 - p) / total + Z * Z / (4 * total * total))
    below = 1 + Z * Z / total
    return (middle - half) / below, (middle + half) / below


def decide(counts: dict[str, tuple[int, int]], limits: dict[str, float]) -> tuple[str, list[str]]:
    if not limits:
        raise ValueError("no limit")
    too_bad, not_yet = [], []
    for name, limit in limits.items():
        bad, total = counts.get(name, (0, 0))
        if not 0 < limit < 1 or not 0 <= bad <= total:
            raise ValueError(name)
        low, high = _wilson(bad, total)
        if low > limit:
            too_bad.append(name)
        if not high < limit:
            not_yet.append(name)
    if too_bad:
        return "rollback", too_bad
    return ("wait", not_yet) if not_yet else ("promote", [])
