"""Magnitudes are joined in the order of the state, masks in their own.

loses: further_of_the_rest
says: whatever the order
"""

import torch


def prune_further(state, masks, fraction):
    magnitudes = torch.cat([tensor.abs().flatten() for name, tensor in state.items() if name in masks])
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    candidates = keep.nonzero().flatten()
    order = magnitudes[candidates].argsort()
    k = round(fraction * len(candidates))
    keep[candidates[order[:k]]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
