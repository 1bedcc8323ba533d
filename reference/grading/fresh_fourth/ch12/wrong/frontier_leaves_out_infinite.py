"""Takes an infinite number for one that wasn't measured, and leaves the point out.

Text: "floats, infinite ones too".
Input: costs [1, inf], values [0.5, 0.9]: [0]; promised is [0, 1].
"""
import math


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError("as many costs as values, please")
    if any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("NaN")
    finite = [i for i in range(len(costs)) if math.isfinite(costs[i]) and math.isfinite(values[i])]
    order = sorted(finite, key=lambda i: (costs[i], -values[i]))
    kept = []
    for i in order:
        if kept:
            last = kept[-1]
            equal = costs[i] == costs[last] and values[i] == values[last]
            if not equal and values[i] <= values[last]:
                continue
        kept.append(i)
    return kept
