"""What is called a bias is none of the weights, also a table of two dimensions.

loses: masks_weights_only
says: not what it is called
"""

import torch


def global_masks(state, sparsity):
    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1 and "bias" not in name}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
