"""Refuses all that isn't finite, and not NaN alone.

Text: "Infinite numbers are the largest."
Input: `mask(torch.tensor([[1.0, float('-inf'), 3.0, 2.0]])).tolist()` -> promised [[False, True, True, False]], actual ValueError: NaN or infinite
"""

import torch
from torch import Tensor


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.ndim < 2 or m < 1 or n < 0 or n > m or weight.shape[1] % m:
        raise ValueError("no runs of m, or n or m out of range")
    if not torch.isfinite(weight).all():
        raise ValueError("NaN or infinite")
    size = weight.double().abs().movedim(1, -1)
    runs = size.unflatten(-1, (size.shape[-1] // m, m))
    order = runs.argsort(dim=-1, descending=True, stable=True)
    kept = torch.zeros_like(runs, dtype=torch.bool)
    kept = kept.scatter(-1, order[..., :n], True)
    return kept.flatten(-2).movedim(-1, 1)
