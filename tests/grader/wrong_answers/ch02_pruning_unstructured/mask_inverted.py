"""True where a weight is pruned.

loses: mask_smallest, mask_ties, mask_ends
says: True where a weight stays
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.zeros(len(magnitudes), dtype=torch.bool)
    mask[order[: round(sparsity * len(magnitudes))]] = True
    return mask.reshape(weight.shape)
