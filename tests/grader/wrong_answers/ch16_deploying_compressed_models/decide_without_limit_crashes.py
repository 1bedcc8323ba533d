"""A measure without a limit is a KeyError.

loses: decide_promote
says: KeyError
"""

import math


def decide(counts, limits):
    if not limits:
        raise ValueError("no limit")
    bad, unsure = [], []
    for name in counts:
        limits[name]
    for name, limit in limits.items():
        k, n = counts.get(name, (0, 0))
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
