"""The fraction is taken of all weights, and removed from those that are there.

loses: further_of_the_rest
says: a quarter of all twelve
"""

import torch


def prune_further(state, masks, fraction):
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])

    candidates = keep.nonzero().squeeze(1)
    order = magnitudes[candidates].argsort()
    keep[candidates[order[: round(fraction * len(keep))]]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
