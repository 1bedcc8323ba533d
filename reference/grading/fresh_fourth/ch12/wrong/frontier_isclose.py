"""Takes values for equal that math.isclose takes for equal.

Text: "Numbers of both lists differ where Python says so, however close they are."
Input: costs [1, 2], values [0.9, 0.9 + 1e-12]: [0]; promised is [0, 1].
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
            if not equal and (values[i] <= values[last] or math.isclose(values[i], values[last])):
                continue
        kept.append(i)
    return kept
