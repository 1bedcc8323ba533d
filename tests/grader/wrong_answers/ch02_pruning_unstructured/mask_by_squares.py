"""Magnitudes are compared as squares, which underflow where weights are tiny.

loses: mask_smallest
says: is something squared on the way
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    k = round(sparsity * weight.numel())
    order = (weight**2).flatten().argsort(stable=True)
    mask = torch.ones(weight.numel(), dtype=torch.bool)
    mask[order[:k]] = False
    return mask.view(weight.shape)
