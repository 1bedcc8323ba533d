"""The biases of the layers are counted among their weights.

loses: sparsity_weights
says: biases are no weights
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    return {
        "weights": share({parameter for layer in layers for parameter in layer.parameters()}),
        "model": share(list(model.parameters())),
    }
