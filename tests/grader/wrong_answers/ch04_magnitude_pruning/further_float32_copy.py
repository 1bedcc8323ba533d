"""The weights are converted to float32 before they are compared.

loses: further_exact
says: less than float32
"""

import torch


def prune_further(state, masks, fraction):
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    magnitudes = torch.cat([state[name].float().abs().flatten() for name in masks])
    candidates = keep.nonzero().squeeze(1)
    order = magnitudes[candidates].argsort()
    keep[candidates[order[: round(fraction * len(candidates))]]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
