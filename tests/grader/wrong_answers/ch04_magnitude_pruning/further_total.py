"""The fraction is taken for the total sparsity.

loses: further_of_the_rest
says: nothing more was pruned
"""

import torch


def prune_further(state, masks, fraction):
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])

    magnitudes[~keep] = -1.0
    keep[magnitudes.argsort()[: round(fraction * len(keep))]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
