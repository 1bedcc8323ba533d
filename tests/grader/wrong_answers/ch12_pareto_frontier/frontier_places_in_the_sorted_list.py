"""Places in the sorted list.

loses: frontier_dominance
says: sorted by cost, a point stays if it is worth more than all
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept = []
    order = sorted(zip(costs, values, strict=True), key=lambda p: (p[0], -p[1]))
    costs, values = [c for c, _ in order], [v for _, v in order]
    for i in range(len(order)):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
