"""The largest value so far begins at 0.

loses: frontier_dominance
says: negative numbers are ordered as others are: where does your
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept, best = [], 0
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if values[i] > best or equal:
            best = values[i]
            kept.append(i)
    return kept
