"""Sorts by reversed (value first) keys, so that equal points come from behind.

Text: "by rising cost, and equal points by rising place."
Input: costs [1, 1], values [0.5, 0.5]: [1, 0]; promised is [0, 1].
"""
import math


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError("as many costs as values, please")
    if any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("NaN")
    order = sorted(range(len(costs)), key=lambda i: (-costs[i], values[i], i), reverse=True)
    kept = []
    for i in order:
        if kept:
            last = kept[-1]
            equal = costs[i] == costs[last] and values[i] == values[last]
            if not equal and values[i] <= values[last]:
                continue
        kept.append(i)
    return kept
