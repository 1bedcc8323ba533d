"""The state dict's buffers are counted: running means that start at zero.

loses: sparsity_model
says: its running mean is a buffer
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        return sum(int((tensor == 0).sum()) for tensor in tensors) / max(1, total)

    weights = {layer.weight for layer in model.modules() if isinstance(layer, nn.Linear | nn.Conv2d)}
    return {"weights": share(weights), "model": share(list(model.state_dict().values()))}
