"""Makes floats of all numbers first: large ints that lie close together become equal.

Text: "Ints up to 2**60 in size", "Numbers of both lists differ where Python says so, however close they are."
Input: costs [2**60, 2**60 - 1], values [0.9, 0.8]: [0]; promised is [1, 0].
"""
import math


def frontier(costs: list[float], values: list[float]) -> list[int]:
    if len(costs) != len(values):
        raise ValueError("as many costs as values, please")
    if any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("NaN")
    costs, values = [float(c) for c in costs], [float(v) for v in values]
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
