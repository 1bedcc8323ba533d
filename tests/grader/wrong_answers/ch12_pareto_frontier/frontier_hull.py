"""Only the corners of the convex hull.

loses: frontier_dominance
says: one that lies in a dent, below the line between its
"""

import math


def frontier(costs, values):
    if len(costs) != len(values) or any(math.isnan(x) for x in [*costs, *values]):
        raise ValueError("bad numbers")
    kept = []
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -values[i])):
        equal = kept and (costs[i], values[i]) == (costs[kept[-1]], values[kept[-1]])
        if not kept or values[i] > values[kept[-1]] or equal:
            kept.append(i)
    corners = []
    for i in kept:
        while len(corners) > 1:
            a, b = corners[-2], corners[-1]
            left = (values[b] - values[a]) * (costs[i] - costs[a])
            if left > (values[i] - values[a]) * (costs[b] - costs[a]):
                break
            corners.pop()
        corners.append(i)
    return corners
