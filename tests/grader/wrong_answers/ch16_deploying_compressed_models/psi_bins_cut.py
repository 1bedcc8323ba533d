"""bincount without a minimum length, cut to the shorter.

loses: psi_bins
says: an empty bin has half a value, and counts: there are
"""

from itertools import pairwise

import torch


def stability_index(reference, live, edges):
    if not edges or not all(a < b for a, b in pairwise(edges)):
        raise ValueError(edges)
    limits = torch.tensor(edges, dtype=torch.float64)
    size = len(edges) + 1
    shares = []
    for values in (reference, live):
        if len(values) == 0 or values.isnan().any():
            raise ValueError("values")
        bins = torch.bucketize(values.double().contiguous(), limits, right=True)
        counts = torch.bincount(bins).double()
        shares.append((counts + 0.5) / (len(values) + 0.5 * size))
    k = min(len(shares[0]), len(shares[1]))
    expected, actual = shares[0][:k], shares[1][:k]
    return float(((actual - expected) * (actual / expected).log()).sum())
