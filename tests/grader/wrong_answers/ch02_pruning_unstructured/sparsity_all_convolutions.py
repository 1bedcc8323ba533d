"""Convolutions of every kind count.

loses: sparsity_weights
says: and no others
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    weights = {layer.weight for layer in model.modules() if isinstance(layer, kinds)}
    return {"weights": share(weights), "model": share(list(model.parameters()))}
