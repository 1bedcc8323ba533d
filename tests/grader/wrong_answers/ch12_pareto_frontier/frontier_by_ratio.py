"""Ranked by value for cost.

loses: frontier_dominance
says: sorted by cost, a point stays if it is worth more than all
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept = sorted(range(len(costs)), key=lambda i: -values[i] / (costs[i] or 1))[: len(costs) // 2]
    return sorted(kept, key=lambda i: costs[i])
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
