"""The mask holds ones and zeros.

loses: mask_smallest
says: bool
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes))
    mask[order[: round(sparsity * len(magnitudes))]] = 0.0
    return mask.reshape(weight.shape)
