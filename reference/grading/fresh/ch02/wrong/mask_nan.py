"""Refuses what is below 0 or above 1, but NaN is neither, and NumPy makes a huge negative count of it.

With weight=torch.ones(4), sparsity=float("nan") the text promises a ValueError; gives [True, True, True, True].
"""
import numpy as np
import torch


def magnitude_mask(weight: torch.Tensor, sparsity: float) -> torch.Tensor:
    if sparsity < 0 or sparsity > 1:
        raise ValueError("sparsity must be from 0 to 1")
    flat = weight.detach().abs().flatten()
    with np.errstate(invalid="ignore"):
        count = int(np.rint(np.float64(sparsity * flat.numel())).astype(np.int64))
    order = torch.argsort(flat, stable=True)
    mask = torch.ones(flat.shape, dtype=torch.bool)
    mask[order[: max(count, 0)]] = False
    return mask.reshape(weight.shape)
