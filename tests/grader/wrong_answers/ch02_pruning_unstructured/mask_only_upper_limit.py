"""Only a sparsity above 1 is refused.

loses: mask_range
says: below 0 or above 1 it is refused
"""

import torch


def magnitude_mask(weight, sparsity):
    if sparsity > 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes), dtype=torch.bool)
    mask[order[: round(max(sparsity, 0) * len(magnitudes))]] = False
    return mask.reshape(weight.shape)
