"""The smallest values go, not the smallest magnitudes.

loses: mask_smallest
says: not its sign
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    values = weight.flatten().tolist()
    order = sorted(range(len(values)), key=values.__getitem__)
    mask = torch.ones(len(values), dtype=torch.bool)
    mask[order[: round(sparsity * len(values))]] = False
    return mask.reshape(weight.shape)
