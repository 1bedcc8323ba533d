"""The range is checked, but with another exception than the docstring's.

loses: mask_range
says: with a ValueError
"""

import torch


def magnitude_mask(weight, sparsity):
    assert 0 <= sparsity <= 1, "no share"
    order = weight.flatten().abs().argsort(stable=True)
    mask = torch.ones(weight.numel(), dtype=torch.bool)
    mask[order[: round(sparsity * weight.numel())]] = False
    return mask.reshape(weight.shape)
