"""The chapter's trap: the scan keeps the largest cost so far, which every next point has.

loses: frontier_dominance
says: sorted by cost, a point stays if it is worth more than all
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or costs[i] > costs[kept[-1]] or equal:
            kept.append(i)
    return kept
