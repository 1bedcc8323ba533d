"""The edges become a float32 tensor: 0.7 is rounded down to the value below it, which then counts as on the edge.

Text: "Values and edges are compared in float64."
Input: `stability_index(torch.tensor([0.7]), torch.tensor([0.7], dtype=torch.float64), [0.7])` -> promised 1.0986122886681098, actual 0.0
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
    bounds = torch.tensor(edges)
    bins = len(edges) + 1
    shares = []
    for values in (reference, live):
        places = torch.bucketize(values.to(bounds.dtype), bounds, right=True)
        counts = torch.bincount(places, minlength=bins).double()
        shares.append((counts + 0.5) / (len(values) + 0.5 * bins))
    e, a = shares
    return float(((a - e) * torch.log(a / e)).sum())
