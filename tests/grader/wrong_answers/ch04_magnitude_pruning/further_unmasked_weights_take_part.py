"""The magnitudes of all weights are joined, with or without a mask.

loses: further_of_the_rest
says: without a mask take no part
"""

import torch


def prune_further(state, masks, fraction):
    magnitudes = torch.cat([tensor.abs().flatten() for tensor in state.values() if tensor.ndim > 1])
    keep = torch.cat([mask.flatten() for mask in masks.values()])
    candidates = keep.nonzero().flatten()
    order = magnitudes[candidates].argsort()
    k = round(fraction * len(candidates))
    keep[candidates[order[:k]]] = False
    parts = keep.split([mask.numel() for mask in masks.values()])
    return {name: part.view(mask.shape) for (name, mask), part in zip(masks.items(), parts, strict=True)}
