"""Weights without a mask are taken for candidates.

loses: further_of_the_rest
says: without a mask take no part
"""

import torch


def prune_further(state, masks, fraction):
    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    there = {name: masks.get(name, torch.ones_like(w, dtype=torch.bool)) for name, w in weights.items()}
    keep = torch.cat([mask.flatten() for mask in there.values()])
    candidates = keep.nonzero().squeeze(1)
    order = torch.cat([weight.abs().flatten() for weight in weights.values()])[candidates].argsort()
    keep[candidates[order[: round(fraction * len(candidates))]]] = False
    parts = dict(zip(weights, keep.split([weight.numel() for weight in weights.values()]), strict=True))
    return {name: parts[name].view(mask.shape) for name, mask in masks.items()}
