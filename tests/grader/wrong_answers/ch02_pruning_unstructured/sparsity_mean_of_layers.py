"""The mean of the layers' shares: a small layer counts as much as a large one.

loses: sparsity_weights
says: add up zeros and weights over the layers
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        shares = [float((tensor == 0).double().mean()) for tensor in tensors]
        return sum(shares) / max(1, len(shares))

    weights = {layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    return {"weights": share(weights), "model": share(list(model.parameters()))}
