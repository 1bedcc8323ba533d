"""Magnitudes are divided by their layer's largest before they are compared.

loses: masks_global
says: the smallest of all weights go
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    largest = {name: weight.abs().max().clamp(min=1e-12) for name, weight in weights.items()}
    magnitudes = torch.cat([(weight.abs() / largest[name]).flatten() for name, weight in weights.items()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
