"""bucketize as it is: a value on an edge goes into the bin below.

Text: "A value on an edge belongs to the bin above it."
Input: `stability_index(torch.tensor([1.0]), torch.tensor([2.0]), [1.0])` -> promised 0.0, actual 1.0986122886681098
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
        places = torch.bucketize(values.double(), bounds)
        counts = torch.bincount(places, minlength=bins).double()
        shares.append((counts + 0.5) / (len(values) + 0.5 * bins))
    e, a = shares
    return float(((a - e) * torch.log(a / e)).sum())
