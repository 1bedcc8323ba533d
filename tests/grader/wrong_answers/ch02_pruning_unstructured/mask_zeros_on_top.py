"""Weights that are zero already go in addition to those that were asked for.

loses: mask_ties
says: no more of them go than asked for
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("a share is from 0 to 1")
    flat = weight.detach().abs().flatten()
    mask = torch.ones(flat.numel(), dtype=torch.bool)
    mask[flat.argsort(stable=True)[: round(sparsity * flat.numel())]] = False
    if sparsity > 0:
        mask &= flat != 0
    return mask.reshape(weight.shape)
