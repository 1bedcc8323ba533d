"""Magnitudes are compared in float32, where close ones of float64 become ties.

loses: mask_smallest
says: is the weight converted before it is compared
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    order = weight.flatten().float().abs().argsort(stable=True)
    mask = torch.ones(weight.numel(), dtype=torch.bool)
    mask[order[: round(sparsity * weight.numel())]] = False
    return mask.reshape(weight.shape)
