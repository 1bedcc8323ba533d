"""Weights are viewed as vectors, which fails for those that aren't contiguous.

loses: masks_exact
says: view size is not compatible
"""

import torch


def global_masks(state, sparsity):
    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.view(-1).abs() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
