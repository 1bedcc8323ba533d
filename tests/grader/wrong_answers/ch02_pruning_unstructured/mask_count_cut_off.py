"""The number of weights is cut off instead of rounded.

loses: mask_count
says: cut off where it should be rounded
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes), dtype=torch.bool)
    mask[order[: int(sparsity * len(magnitudes))]] = False
    return mask.reshape(weight.shape)
