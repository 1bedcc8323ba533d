"""A named tuple for an interval, a generator of verdicts turned into a list, and one pass through them."""

import math
from typing import NamedTuple


class Interval(NamedTuple):
    low: float = 0.0
    high: float = 1.0

    @classmethod
    def wilson(cls, k, n):
        if n == 0:
            return cls()
        z, p = 1.96, k / n
        centre = (k + z * z / 2) / (n + z * z)
        reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
        return cls(centre - reach, centre + reach)


def _verdicts(counts, limits):
    for name, limit in limits.items():
        k, n = counts.get(name) or (0, 0)
        if min(k, n) < 0 or k > n:
            raise ValueError(f"{k} of {n}")
        if not 0 < limit < 1:
            raise ValueError(f"limit {limit}")
        interval = Interval.wilson(k, n)
        yield name, interval.low > limit, interval.high < limit


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    verdicts = list(_verdicts(counts, limits))
    if not verdicts:
        raise ValueError("no limits")
    if any(bad for _, bad, _ in verdicts):
        return "rollback", [name for name, bad, _ in verdicts if bad]
    if all(good for _, _, good in verdicts):
        return "promote", []
    return "wait", [name for name, _, good in verdicts if not good]
