"""Adds the half value to empty bins alone.

Text: "half a value is added to each bin"
Input: `stability_index(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 1.0]), [0.5])` -> promised 0.5364793041447001, actual 0.41588830833596724
"""

import torch
from torch import Tensor


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    if len(reference) == 0 or len(live) == 0:
        raise ValueError("no values")
    if reference.isnan().any() or live.isnan().any():
        raise ValueError("NaN")
    if not edges or any(a >= b for a, b in zip(edges, edges[1:])):
        raise ValueError("edges")
    bounds = torch.tensor(edges, dtype=torch.float64)
    bins = len(edges) + 1
    shares = []
    for values in (reference, live):
        places = torch.bucketize(values.double(), bounds, right=True)
        counts = torch.bincount(places, minlength=bins).double()
        counts[counts == 0] = 0.5
        shares.append(counts / counts.sum())
    e, a = shares
    return float(((a - e) * torch.log(a / e)).sum())
