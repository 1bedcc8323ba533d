"""Breaks ties by a tiny bonus for earlier places, which beats true differences among small weights and vanishes beside large ones.

Text: "In each run just n stay ... the n of largest magnitude ... of equals those that come first."
Input: `mask(torch.tensor([[1e-8, 2e-8, 3e-8, 4e-8]])).tolist()` -> promised [[False, False, True, True]], actual [[True, True, False, False]]
"""

import torch
from torch import Tensor


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.ndim < 2 or m < 1 or n < 0 or n > m or weight.shape[1] % m:
        raise ValueError("no runs of m, or n or m out of range")
    if weight.isnan().any():
        raise ValueError("NaN")
    size = weight.double().abs().movedim(1, -1)
    runs = size.unflatten(-1, (size.shape[-1] // m, m))
    bonus = 1e-7 * torch.arange(m, 0, -1, dtype=torch.float64) / m
    places = (runs + bonus).topk(n, dim=-1).indices
    kept = torch.zeros_like(runs, dtype=torch.bool)
    kept = kept.scatter(-1, places, True)
    return kept.flatten(-2).movedim(-1, 1)
