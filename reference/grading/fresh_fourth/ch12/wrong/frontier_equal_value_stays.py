"""A point that is worth as much as the last one kept stays, also where it costs more.

Text: "A point dominates another if it costs no more and is worth no less, and costs less or is worth more."
Input: costs [1, 2], values [0.5, 0.5]: [0, 1]; promised is [0].
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
            if values[i] < values[last]:
                continue
        kept.append(i)
    return kept
