"""Of equal costs the least valuable comes first.

loses: frontier_ties
says: of equal cost only what is worth most stays, and all of what
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
