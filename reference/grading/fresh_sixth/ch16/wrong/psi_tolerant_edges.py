"""Gives the edges a tolerance of 1e-9: what is just below counts as on the edge.

Text: "A value on an edge belongs to the bin above it." and "compared in float64"
Input: `stability_index(torch.tensor([1 - 1e-12], dtype=torch.float64), torch.tensor([1.0]), [1.0])` -> promised 1.0986122886681098, actual 0.0
"""

import torch
from torch import Tensor


def stability_index(reference: Tensor, live: Tensor, edges: list[float]) -> float:
    for values in (reference, live):
        if values.numel() == 0 or values.isnan().any():
            raise ValueError("no values, or NaN")
    inner = torch.tensor(edges, dtype=torch.float64)
    if inner.numel() == 0 or (inner.diff() <= 0).any():
        raise ValueError("edges")
    bins = inner.numel() + 1

    def shares(values):
        place = (values.double()[:, None] >= inner - 1e-9).sum(dim=1)
        return (place.bincount(minlength=bins) + 0.5).double() / (
            len(values) + 0.5 * bins
        )

    e, a = shares(reference), shares(live)
    return ((a - e) * (a / e).log()).sum().item()
