"""The smallest are set to zero, and whatever isn't zero stays: weights that were zero before go besides.

loses: masks_exact
says: a weight that is zero
"""

import torch


def global_masks(state, sparsity):
    weights = {name: tensor.clone() for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    ranks = magnitudes.argsort().argsort().split([weight.numel() for weight in weights.values()])
    removed = round(sparsity * len(magnitudes))
    for weight, rank in zip(weights.values(), ranks, strict=True):
        weight[rank.view(weight.shape) < removed] = 0
    return {name: weight != 0 for name, weight in weights.items()}
