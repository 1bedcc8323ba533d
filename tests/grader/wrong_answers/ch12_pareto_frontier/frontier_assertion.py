"""An AssertionError.

loses: frontier_numbers
says: one cost and one value for each point, else a ValueError
"""

import math


def frontier(costs, values):
    assert len(costs) == len(values) and not any(math.isnan(x) for x in [*costs, *values])
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
