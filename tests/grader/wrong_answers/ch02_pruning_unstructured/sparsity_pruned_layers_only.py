"""Layers without a zero are left out, as if only those that were pruned counted.

loses: sparsity_weights
says: 3 zeros among 16 weights
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    weights = {layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    return {
        "weights": share([weight for weight in weights if (weight == 0).any()]),
        "model": share(list(model.parameters())),
    }
