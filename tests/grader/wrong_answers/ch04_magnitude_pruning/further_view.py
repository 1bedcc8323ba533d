"""Weights are viewed as vectors, which fails for those that aren't contiguous.

loses: further_exact
says: view size is not compatible
"""

import torch


def prune_further(state, masks, fraction):
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    magnitudes = torch.cat([state[name].view(-1).abs() for name in masks])
    candidates = keep.nonzero().squeeze(1)
    order = magnitudes[candidates].argsort()
    keep[candidates[order[: round(fraction * len(candidates))]]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
