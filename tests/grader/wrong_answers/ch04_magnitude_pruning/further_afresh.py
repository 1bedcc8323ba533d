"""The masks of the rounds before are forgotten.

loses: further_of_the_rest
says: weights that were gone are back
"""

import torch


def prune_further(state, masks, fraction):

    keep = torch.ones(sum(mask.numel() for mask in masks.values()), dtype=torch.bool)
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])
    alive = sum(int(mask.sum()) for mask in masks.values())
    keep[magnitudes.argsort()[: round(fraction * alive)]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
