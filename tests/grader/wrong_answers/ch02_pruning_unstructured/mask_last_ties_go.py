"""Among equals the last ones go first.

loses: mask_ties
says: among equals the first go first
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__, reverse=True)
    mask = torch.zeros(len(magnitudes), dtype=torch.bool)
    mask[order[: len(magnitudes) - round(sparsity * len(magnitudes))]] = True
    return mask.reshape(weight.shape)
