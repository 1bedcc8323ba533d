"""Ints become floats before they are compared: neighbours above 2**53 are equal then.

loses: knee_none
says: no frontier
"""

import itertools


def knee(costs, values):
    if len(costs) != len(values):
        raise ValueError("lengths")
    costs, values = [float(c) for c in costs], [float(v) for v in values]
    order = sorted(range(len(costs)), key=lambda i: costs[i])
    if any(costs[i] >= costs[j] or values[i] >= values[j] for i, j in itertools.pairwise(order)):
        raise ValueError("no frontier")
    if len(order) < 3:
        return None
    first, last = order[0], order[-1]
    width, rise = costs[last] - costs[first], values[last] - values[first]
    heights = {i: (values[i] - values[first]) / rise - (costs[i] - costs[first]) / width for i in order}
    greatest = max(heights.values())
    if greatest <= 1e-9:
        return None
    return next(i for i in order if heights[i] >= greatest - 1e-9)
