"""A module without weights divides by zero.

loses: sparsity_weights
says: ZeroDivisionError
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        return sum(int((tensor == 0).sum()) for tensor in tensors) / sum(tensor.numel() for tensor in tensors)

    weights = {layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    return {"weights": share(weights), "model": share(list(model.parameters()))}
