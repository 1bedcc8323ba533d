"""Gives the places in rising order, and not by rising cost.

Text: "A list of ints, the places of these points in the two lists, from 0: by rising cost".
Input: costs [2, 1], values [0.9, 0.5]: [0, 1]; promised is [1, 0].
"""
import math


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError("as many costs as values, please")
    if any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("NaN")
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -values[i]))
    kept = []
    for i in order:
        if kept:
            last = kept[-1]
            equal = costs[i] == costs[last] and values[i] == values[last]
            if not equal and values[i] <= values[last]:
                continue
        kept.append(i)
    return sorted(kept)
