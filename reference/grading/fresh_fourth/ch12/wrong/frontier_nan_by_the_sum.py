"""Looks for NaN in the sum of all numbers: plus and minus infinity add up to NaN, too.

Text: "infinite ones too"; the ValueError is for "a number is NaN".
Input: costs [-inf, inf], values [0.1, 0.2]: ValueError; promised is [0, 1].
"""
import math


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError("as many costs as values, please")
    if math.isnan(sum(costs)) or math.isnan(sum(values)):
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
    return kept
