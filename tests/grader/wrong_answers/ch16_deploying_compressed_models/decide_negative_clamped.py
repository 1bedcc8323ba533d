"""Negative counts are taken for 0.

loses: decide_limits
says: a ValueError
"""

import math


def decide(counts, limits):
    if not limits:
        raise ValueError("no limit")
    bad, unsure = [], []
    for name, limit in limits.items():
        k, n = counts.get(name, (0, 0))
        k, n = max(0, k), max(0, n)
        if not 0 <= k <= n or not 0 < limit < 1:
            raise ValueError(name)
        low, high = 0.0, 1.0
        if n:
            p, z = k / n, 1.96
            middle = p + z**2 / (2 * n)
            half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
            low = (middle - half) / (1 + z**2 / n)
            high = (middle + half) / (1 + z**2 / n)
        if low > limit:
            bad.append(name)
        if high >= limit:
            unsure.append(name)
    if bad:
        return "rollback", bad
    if unsure:
        return "wait", unsure
    return "promote", []
