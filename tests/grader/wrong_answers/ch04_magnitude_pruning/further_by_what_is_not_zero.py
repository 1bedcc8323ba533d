"""Whoever isn't zero is there: a weight that an optimizer revived comes back.

loses: further_gone_is_gone
says: gone is gone
"""

import torch


def prune_further(state, masks, fraction):

    keep = torch.cat([(state[name] != 0).flatten() for name in masks])
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])
    candidates = keep.nonzero().squeeze(1)
    order = magnitudes[candidates].argsort()
    keep[candidates[order[: round(fraction * len(candidates))]]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
