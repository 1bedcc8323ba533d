"""A threshold keeps every weight that is equal to it.

loses: mask_ties
says: a threshold alone takes all or none
"""

import torch


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    count = round(sparsity * weight.numel())
    if count == weight.numel():
        return torch.zeros_like(weight, dtype=torch.bool)
    return weight.abs() >= weight.abs().flatten().kthvalue(count + 1).values
