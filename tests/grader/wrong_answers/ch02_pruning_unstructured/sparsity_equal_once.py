"""Parameters of equal values are taken for one.

loses: sparsity_shared
says: happen to be equal
"""

import torch
from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    def different(tensors):
        found = []
        for tensor in tensors:
            if not any(torch.equal(tensor, other) for other in found):
                found.append(tensor)
        return found

    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    return {"weights": share(different(weights)), "model": share(different(model.parameters()))}
