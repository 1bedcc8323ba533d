"""Cuts the flattened filter into runs, so a run goes over the kernel's places and not over the inputs.

Text: "consecutive places along `in`, beginning at 0. In a convolution each place of the kernel has runs of its own."
Input: `mask(torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]], [[7.0, 8.0]]]]))[0, :, 0].tolist()` -> promised [[False, False], [False, False], [True, True], [True, True]], actual [[False, False], [True, True], [False, False], [True, True]]
"""

import torch
from torch import Tensor


def mask(weight: Tensor, n: int = 2, m: int = 4) -> Tensor:
    if weight.ndim < 2 or m < 1 or n < 0 or n > m or weight.shape[1] % m:
        raise ValueError("no runs of m, or n or m out of range")
    if weight.isnan().any():
        raise ValueError("NaN")
    runs = weight.double().abs().reshape(weight.numel() // m, m)
    order = runs.argsort(dim=1, descending=True, stable=True)
    kept = torch.zeros(runs.shape, dtype=torch.bool)
    kept.scatter_(1, order[:, :n], True)
    return kept.reshape(weight.shape)
