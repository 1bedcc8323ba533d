"""NumPy sorts, which has no bfloat16.

loses: mask_smallest
says: BFloat16
"""

import numpy as np
import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    order = np.abs(weight.detach().numpy()).ravel().argsort(kind="stable")
    mask = np.ones(weight.numel(), dtype=bool)
    mask[order[: round(sparsity * weight.numel())]] = False
    return torch.from_numpy(mask.reshape(weight.shape))
