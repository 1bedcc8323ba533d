"""Points with NaN are left out.

loses: frontier_numbers
says: NaN is neither more nor less than anything: a ValueError,
"""

import math


def frontier(costs, values):
    if len(costs) != len(values):
        raise ValueError("lengths")
    kept = []
    for i in sorted(
        [i for i in range(len(costs)) if not math.isnan(costs[i] + values[i])], key=lambda i: (costs[i], -values[i])
    ):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    return kept
