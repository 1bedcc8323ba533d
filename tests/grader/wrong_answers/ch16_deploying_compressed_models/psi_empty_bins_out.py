"""Bins that are empty in both are left out.

loses: psi_bins
says: there are B bins
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
        counts = torch.bincount(bins, minlength=size).double()
        shares.append((counts + 0.5) / (len(values) + 0.5 * size))
    expected, actual = shares
    full = (expected * (len(reference) + 0.5 * size) > 0.6) | (actual * (len(live) + 0.5 * size) > 0.6)
    k = int(full.sum())
    expected = expected[full] * (len(reference) + 0.5 * size) / (len(reference) + 0.5 * k)
    actual = actual[full] * (len(live) + 0.5 * size) / (len(live) + 0.5 * k)
    return float(((actual - expected) * (actual / expected).log()).sum())
