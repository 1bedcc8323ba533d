"""Biases get masks as well.

loses: masks_weights_only
says: none for a bias
"""

import torch


def global_masks(state, sparsity):

    values = torch.cat([tensor.abs().double().flatten() for tensor in state.values()])
    keep = torch.ones(len(values), dtype=torch.bool)
    keep[values.argsort()[: round(sparsity * len(values))]] = False
    parts = keep.split([tensor.numel() for tensor in state.values()])
    return {name: part.view(tensor.shape) for (name, tensor), part in zip(state.items(), parts, strict=True)}
