"""Puts the infinite ends into the list of edges that it was given.

Text: "don't modify what you are given"
Input: `(lambda edges: (stability_index(torch.ones(1), torch.ones(1), edges), edges)[1])([0.5])` -> promised [0.5], actual [-inf, 0.5, inf]
"""

import math

from torch import Tensor


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    if len(reference) == 0 or len(live) == 0:
        raise ValueError("no values")
    if reference.isnan().any() or live.isnan().any():
        raise ValueError("NaN")
    if not edges or any(a >= b for a, b in zip(edges, edges[1:])):
        raise ValueError("edges")
    edges.insert(0, -math.inf)
    edges.append(math.inf)
    bins = len(edges) - 1
    index = 0.0
    for i in range(bins):
        last = i == bins - 1
        shares = []
        for values in (reference.double(), live.double()):
            inside = values >= edges[i]
            if not last:
                inside &= values < edges[i + 1]
            shares.append((int(inside.sum()) + 0.5) / (len(values) + 0.5 * bins))
        e, a = shares
        index += (a - e) * math.log(a / e)
    return index
