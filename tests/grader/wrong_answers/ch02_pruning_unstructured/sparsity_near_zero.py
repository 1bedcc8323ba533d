"""A small number counts as a zero.

loses: sparsity_weights, sparsity_model
says: a zero is exactly 0
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor.abs() < 1e-8).sum()) for tensor in tensors) / max(1, total)

    weights = {layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    return {"weights": share(weights), "model": share(list(model.parameters()))}
