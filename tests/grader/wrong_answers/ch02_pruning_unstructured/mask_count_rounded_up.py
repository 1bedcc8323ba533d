"""A part of a weight counts as a whole one.

loses: mask_count, mask_ends
says: nearest to sparsity times
"""

import math

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes), dtype=torch.bool)
    mask[order[: math.ceil(sparsity * len(magnitudes) - 1e-9)]] = False
    return mask.reshape(weight.shape)
