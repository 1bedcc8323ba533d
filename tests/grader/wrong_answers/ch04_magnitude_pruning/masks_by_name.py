"""What is called weight is pruned: batch-norm's scale is called so as well.

loses: masks_weights_only
says: its dimensions tell
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if name.endswith("weight")}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    keep = torch.ones(len(magnitudes), dtype=torch.bool)
    keep[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = False
    parts = keep.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
