"""Rounds the count up (after removing the noise of floating point) instead of to the nearest whole number.

With weight=torch.tensor([1.0, 2.0, 3.0, 4.0]), sparsity=0.3 (1.2 weights) the text promises one weight pruned,
[False, True, True, True]; gives [False, False, True, True].
"""
import math

import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity must be from 0 to 1")
    flat = weight.detach().abs().flatten()
    count = math.ceil(round(sparsity * flat.numel(), 6))
    mask = torch.ones_like(flat, dtype=torch.bool)
    mask[flat.argsort(stable=True)[:count]] = False
    return mask.view(weight.shape)
