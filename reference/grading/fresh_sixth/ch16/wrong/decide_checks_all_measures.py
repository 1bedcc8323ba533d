"""Refuses odd counts of measures that have no limit, though they have no say.

Text: "Measures without a limit are left out of the decision." and "a count of a measure with a limit is negative"
Input: `decide({"errors": (0, 1000), "restarts": (9, 4)}, {"errors": 0.02})` -> promised ('promote', []), actual ValueError: counts of restarts
"""

import math


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    if not limits or not all(0 < limit < 1 for limit in limits.values()):
        raise ValueError("limits are above 0 and below 1")
    for name, (bad, total) in counts.items():
        if bad < 0 or total < 0 or bad > total:
            raise ValueError(f"counts of {name}")
    z = 1.96
    ends = {}
    for name in limits:
        k, n = counts.get(name, (0, 0))
        if n == 0:
            ends[name] = (0.0, 1.0)
            continue
        p = k / n
        root = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        ends[name] = tuple(
            (p + z**2 / (2 * n) + sign * root) / (1 + z**2 / n) for sign in (-1, 1)
        )
    bad = [name for name, limit in limits.items() if ends[name][0] > limit]
    if bad:
        return "rollback", bad
    open_ = [name for name, limit in limits.items() if ends[name][1] >= limit]
    return ("wait", open_) if open_ else ("promote", [])
