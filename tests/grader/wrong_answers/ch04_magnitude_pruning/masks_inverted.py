"""True where a weight is removed.

loses: masks_weights_only
says: True means that a weight stays
"""

import torch


def global_masks(state, sparsity):

    weights = {name: tensor for name, tensor in state.items() if tensor.ndim > 1}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    gone = torch.zeros(len(magnitudes), dtype=torch.bool)
    gone[magnitudes.argsort()[: round(sparsity * len(magnitudes))]] = True
    parts = gone.split([weight.numel() for weight in weights.values()])
    return {name: part.view(weight.shape) for (name, weight), part in zip(weights.items(), parts, strict=True)}
