"""Adds up zeros in the dtype of the weights; from 2,048 on float16 has not every whole number.

loses: sparsity_weights
says: count in integers
"""

from torch import nn


def model_sparsity(model):
    def share(tensors):
        total = sum(tensor.numel() for tensor in tensors)
        zeros = sum(float((tensor == 0).to(tensor.dtype).sum()) for tensor in tensors)
        return zeros / total if total else 0.0

    layers = [layer for layer in model.modules() if isinstance(layer, (nn.Linear, nn.Conv2d))]
    return {"weights": share({layer.weight for layer in layers}), "model": share(set(model.parameters()))}
