"""By the share itself, without an interval.

loses: decide_rollback
says: rollback if the lower end
"""


def decide(counts, limits):
    if not limits:
        raise ValueError("no limit")
    bad, unsure = [], []
    for name, limit in limits.items():
        k, n = counts.get(name, (0, 0))
        if not 0 <= k <= n or not 0 < limit < 1:
            raise ValueError(name)
        low, high = 0.0, 1.0
        if n:
            p = k / n
            low = p
            high = p
        if low > limit:
            bad.append(name)
        if high >= limit:
            unsure.append(name)
    if bad:
        return "rollback", bad
    if unsure:
        return "wait", unsure
    return "promote", []
