"""The sparsity isn't checked.

loses: mask_range
says: a sparsity is a share
"""

import torch


def magnitude_mask(weight, sparsity):
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes), dtype=torch.bool)
    mask[order[: round(min(max(sparsity, 0), 1) * len(magnitudes))]] = False
    return mask.reshape(weight.shape)
