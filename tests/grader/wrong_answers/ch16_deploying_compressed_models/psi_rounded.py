"""Rounded to four digits.

loses: psi_value
says: nine digits
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
    return round(float(((actual - expected) * (actual / expected).log()).sum()), 6)
