"""The share of the pruned layers is reported as the model's.

loses: sparsity_model
says: the model is all its parameters
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    weights = {layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    return {"weights": share(weights), "model": share(weights)}
