"""NumPy sorts the magnitudes: it refuses bfloat16, and weights that require gradients.

loses: mask_smallest
says: NumPy has no bfloat16
"""

import numpy as np
import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    k = round(sparsity * weight.numel())
    flat = np.abs(weight.detach().numpy()).ravel()
    mask = np.ones(flat.size, dtype=bool)
    mask[np.argsort(flat, kind="stable")[:k]] = False
    return torch.from_numpy(mask.reshape(tuple(weight.shape)))
