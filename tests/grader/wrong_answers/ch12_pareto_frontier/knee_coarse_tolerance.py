"""Heights within a thousandth count as equal.

loses: knee_none
says: within 1e-9 of the greatest of all heights
"""

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
    return next(i for i in order if heights[i] >= greatest - 1e-3)
