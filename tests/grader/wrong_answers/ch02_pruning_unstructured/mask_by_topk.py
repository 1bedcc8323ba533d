"""`topk` chooses, which promises no order among equals.

loses: mask_ties
says: among equals the first go first
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    k = round(sparsity * weight.numel())
    mask = torch.ones(weight.numel(), dtype=torch.bool)
    mask[weight.abs().flatten().topk(k, largest=False).indices] = False
    return mask.view(weight.shape)
