"""Every layer loses the same share.

loses: masks_global
says: each layer lost a quarter of its own
"""

import torch


def global_masks(state, sparsity):

    masks = {}
    for name, weight in state.items():
        if weight.ndim > 1:
            keep = torch.ones(weight.numel(), dtype=torch.bool)
            keep[weight.abs().flatten().argsort()[: round(sparsity * weight.numel())]] = False
            masks[name] = keep.view(weight.shape)
    return masks
