"""Quickselect by recursion with three piles, and a search for the smallest k as the text defines it."""

import math


def _select(values, place):
    pivot = values[len(values) // 2]
    below = [each for each in values if each < pivot]
    above = [each for each in values if each > pivot]
    if place < len(below):
        return _select(below, place)
    if place >= len(values) - len(above):
        return _select(above, place - (len(values) - len(above)))
    return pivot


def _rank(percent, n):
    low, high = 1, n  # bisection on 100 k >= q n
    while low < high:
        middle = (low + high) // 2
        if 100 * middle >= percent * n:
            high = middle
        else:
            low = middle + 1
    return low


def latency_percentile(
    times: list[float], percent: int, beyond: int = 10
) -> float | None:
    broken = [t for t in times if not math.isfinite(t) or not t > 0]
    if not times or broken or not 1 <= percent <= 99:
        raise ValueError("times or percent")
    rank = _rank(percent, len(times))
    return _select(list(times), rank - 1) if len(times) - rank >= beyond else None
