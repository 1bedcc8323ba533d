"""The smallest values go, so that large negative weights go first.

loses: masks_global
says: a large negative weight is a large one
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    values = torch.cat([weight.flatten() for weight in weights.values()])
    keep = torch.ones(len(values), dtype=torch.bool)
    keep[values.argsort()[: round(sparsity * len(values))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
