"""Compared with the point before it, not with the best so far.

loses: frontier_dominance
says: sorted by cost, a point stays if it is worth more than all
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept = []
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -values[i]))
    for place, i in enumerate(order):
        before = order[place - 1]
        if not place or values[i] > values[before] or (costs[i], values[i]) == (costs[before], values[before]):
            kept.append(i)
    return kept
