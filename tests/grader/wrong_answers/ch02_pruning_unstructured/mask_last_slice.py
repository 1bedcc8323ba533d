"""The kept weights are the slice [-keep:], which is everything where keep is 0.

loses: mask_ends
says: the largest one too
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    keep = len(magnitudes) - round(sparsity * len(magnitudes))
    mask = torch.zeros(len(magnitudes), dtype=torch.bool)
    mask[order[-keep:]] = True
    return mask.reshape(weight.shape)
