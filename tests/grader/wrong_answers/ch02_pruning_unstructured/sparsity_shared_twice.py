"""A weight that several layers share is counted for each of them.

loses: sparsity_shared
says: still hold one and the same weight
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    return {"weights": share(weights), "model": share(list(model.parameters()))}
