"""The weight itself is pruned.

loses: mask_smallest
says: work in place
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes), dtype=torch.bool)
    mask[order[: round(sparsity * len(magnitudes))]] = False
    mask = mask.reshape(weight.shape)
    weight[~mask] = 0.0
    return mask
