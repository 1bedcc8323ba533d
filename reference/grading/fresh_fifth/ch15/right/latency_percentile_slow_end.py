"""Counts from the slowest: (100 - q) n // 100 calls stand behind the rank, so the answer has this index in falling order."""

from math import inf


def latency_percentile(
    times: list[float], percent: int, beyond: int = 10
) -> float | None:
    if len(times) == 0 or percent not in range(1, 100):
        raise ValueError("no times, or no percent from 1 to 99")
    if not all(0 < time < inf for time in times):  # False for NaN, too
        raise ValueError("a time that nobody measured")
    behind = (100 - percent) * len(times) // 100
    falling = sorted(times, reverse=True)
    return falling[behind] if behind >= beyond else None
