"""NumPy sorts the candidates, one by one."""

import numpy as np


def prune_further(state, masks, fraction):
    names = list(masks)
    keep = {n: masks[n].clone() for n in names}
    where = [(n, i) for n in names for i in masks[n].flatten().nonzero().flatten().tolist()]
    sizes = np.array([abs(float(state[n].flatten()[i])) for n, i in where])
    for j in np.argsort(sizes)[: round(fraction * len(where))]:
        n, i = where[j]
        place = np.unravel_index(i, tuple(keep[n].shape))
        keep[n][place] = False
    return keep
