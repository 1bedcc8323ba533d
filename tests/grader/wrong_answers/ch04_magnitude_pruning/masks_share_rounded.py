"""The share is rounded to a percent.

loses: masks_exact
says: rounded
"""

import torch


def global_masks(state, sparsity):
    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(round(sparsity, 2) * len(magnitudes))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
