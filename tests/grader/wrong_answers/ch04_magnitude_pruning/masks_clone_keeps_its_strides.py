"""Writes into the reshaped mask of ones, which is a copy where the weight isn't contiguous.

loses: masks_exact
says: expected: 29
"""

import torch


def global_masks(state, sparsity):
    masks = {name: torch.ones_like(weight, dtype=torch.bool) for name, weight in state.items() if weight.ndim > 1}
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    for mask, part in zip(masks.values(), parts, strict=True):
        mask.reshape(-1)[~part] = False
    return masks
