"""Positions among the candidates are used as positions in the long vector.

loses: further_of_the_rest
says: the candidates are the weights
"""

import torch


def prune_further(state, masks, fraction):
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    magnitudes = torch.cat([state[name].abs().flatten() for name in masks])

    order = magnitudes[keep].argsort()
    keep[order[: round(fraction * len(order))]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
