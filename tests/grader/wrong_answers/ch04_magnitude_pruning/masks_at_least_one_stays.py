"""A network is never emptied, although a sparsity of 1 is allowed.

loses: masks_exact
says: all go
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: min(round(sparsity * len(magnitudes)), len(magnitudes) - 1)]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
