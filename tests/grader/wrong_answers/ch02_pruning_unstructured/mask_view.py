"""`view` flattens the weight, which only a contiguous one allows.

loses: mask_smallest
says: view size is not compatible
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    order = weight.view(-1).abs().argsort(stable=True)
    mask = torch.ones(weight.numel(), dtype=torch.bool)
    mask[order[: round(sparsity * weight.numel())]] = False
    return mask.view(weight.shape)
