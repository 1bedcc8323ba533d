"""Only parameters called `weight` and `bias` are counted.

loses: sparsity_model
says: whatever they are called
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    weights = {layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    named = {getattr(layer, name, None) for layer in model.modules() for name in ("weight", "bias")}
    named = {each for each in named if isinstance(each, nn.Parameter)}
    return {"weights": share(weights), "model": share(named)}
