"""Magnitudes are ranked in half precision.

loses: masks_global
says: is a weight converted
"""

import torch


def global_masks(state, sparsity):
    weights = {name: tensor for name, tensor in state.items() if tensor.ndim >= 2}
    magnitudes = torch.cat([weight.half().abs().flatten() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
