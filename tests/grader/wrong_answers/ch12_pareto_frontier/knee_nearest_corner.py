"""The nearest to the corner at the top left.

loses: knee_uneven
says: the height above the chord: bends, slopes and second
"""

import math
from itertools import pairwise


def knee(costs, values):
    if len(costs) != len(values):
        raise ValueError("lengths")
    order = sorted(range(len(costs)), key=lambda i: costs[i])
    for i, j in pairwise(order):
        if costs[i] == costs[j] or values[i] >= values[j]:
            raise ValueError("no frontier")
    if len(order) < 3:
        return None
    first, last = order[0], order[-1]
    width, rise = costs[last] - costs[first], values[last] - values[first]
    heights = {i: (values[i] - values[first]) / rise - (costs[i] - costs[first]) / width for i in order}
    greatest = max(heights.values())
    if greatest <= 1e-9:
        return None

    def far(i):
        return math.hypot((costs[i] - costs[first]) / width, 1 - (values[i] - values[first]) / rise)

    return min(order, key=far)
