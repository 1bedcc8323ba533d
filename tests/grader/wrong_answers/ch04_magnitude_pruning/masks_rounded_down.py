"""The number of weights to remove is cut off, not rounded.

loses: masks_exact
says: rounded to the nearest whole number
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: int(sparsity * len(magnitudes) + 1e-9)]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
