"""Whole numbers become floats of 53 digits.

loses: frontier_numbers
says: whole numbers are compared as such: a float has 53 binary
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    costs, values = [float(c) for c in costs], [float(v) for v in values]
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
