"""The number to remove is cut off.

loses: further_exact
says: rounded to the nearest whole number
"""

import torch


def prune_further(state, masks, fraction):
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])

    candidates = keep.nonzero().squeeze(1)
    order = magnitudes[candidates].argsort()
    keep[candidates[order[: int(fraction * len(candidates) + 1e-9)]]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
