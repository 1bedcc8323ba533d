"""The largest value so far begins at minus infinity, above which a value of minus infinity isn't.

loses: frontier_numbers
says: infinite numbers are ordered like others: what does your scan
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept, best = [], -math.inf
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if values[i] > best or equal:
            best = values[i]
            kept.append(i)
    return kept
