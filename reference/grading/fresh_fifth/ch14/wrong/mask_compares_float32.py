"""Brings every dtype to float32: float64 magnitudes that differ by little become equal, and the first ones stay.

Text: "Which weights stay in n:m sparsity: the n of largest magnitude of every m."
Input: `mask(torch.tensor([[1.0, 1.0, 1.0 + 1e-12, 1.0 + 1e-12]], dtype=torch.float64)).tolist()` -> promised [[False, False, True, True]], actual [[True, True, False, False]]
"""

import torch
from torch import Tensor


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.ndim < 2 or m < 1 or n < 0 or n > m or weight.shape[1] % m:
        raise ValueError("no runs of m, or n or m out of range")
    size = weight.float().abs()
    if size.isnan().any():
        raise ValueError("NaN")
    size = size.movedim(1, -1)
    runs = size.reshape(*size.shape[:-1], size.shape[-1] // m, m)
    order = runs.argsort(dim=-1, descending=True, stable=True)
    kept = torch.zeros_like(runs, dtype=torch.bool)
    kept.scatter_(-1, order[..., :n], True)
    return kept.reshape(size.shape).movedim(-1, 1)
