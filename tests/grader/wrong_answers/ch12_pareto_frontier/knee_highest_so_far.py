"""A point takes over where it is more than 1e-9 above the highest so far, which isn't the greatest of all.

loses: knee_none
says: within 1e-9 of the greatest of all heights
"""

import functools
import itertools


def knee(costs, values):
    if len(costs) != len(values):
        raise ValueError("lengths")
    order = sorted(range(len(costs)), key=lambda i: costs[i])
    if any(costs[i] >= costs[j] or values[i] >= values[j] for i, j in itertools.pairwise(order)):
        raise ValueError("no frontier")
    if len(order) < 3:
        return None
    first, last = order[0], order[-1]
    width, rise = costs[last] - costs[first], values[last] - values[first]
    heights = {i: (values[i] - values[first]) / rise - (costs[i] - costs[first]) / width for i in order}
    best = functools.reduce(lambda i, j: j if heights[j] - heights[i] > 1e-9 else i, order)
    return best if heights[best] > 1e-9 else None
