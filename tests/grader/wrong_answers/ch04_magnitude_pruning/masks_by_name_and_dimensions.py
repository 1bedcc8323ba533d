"""Only what is called .weight is a weight: attention's in_proj_weight stays dense.

loses: masks_weights_only
says: whatever has two or more dimensions
"""

import torch


def global_masks(state, sparsity):
    weights = {name: tensor for name, tensor in state.items() if name.endswith(".weight") and tensor.ndim >= 2}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
