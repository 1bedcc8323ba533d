"""Each list becomes an array: one float in it makes floats of all ints.

loses: frontier_numbers
says: a float beside them makes no floats of the ints
"""

import numpy as np


def frontier(costs, values):
    if len(costs) != len(values):
        raise ValueError("lengths")
    c, v = np.asarray(costs), np.asarray(values)
    if len(c) and np.isnan(c + v).any() and (np.isnan(c).any() or np.isnan(v).any()):
        raise ValueError("NaN")
    kept = []
    for i in sorted(range(len(c)), key=lambda i: (c[i], -v[i])):
        equal = kept and c[i] == c[kept[-1]] and v[i] == v[kept[-1]]
        if not kept or v[i] > v[kept[-1]] or equal:
            kept.append(i)
    return kept
