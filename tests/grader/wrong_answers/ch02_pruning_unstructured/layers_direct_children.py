"""Layers inside of other modules are not found.

loses: layers_named
says: layers inside of layers count
"""

import torch
from torch import nn


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    magnitudes = weight.abs().flatten().tolist()
    order = sorted(range(len(magnitudes)), key=magnitudes.__getitem__)
    mask = torch.ones(len(magnitudes), dtype=torch.bool)
    mask[order[: round(sparsity * len(magnitudes))]] = False
    return mask.reshape(weight.shape)


def layer_masks(model, sparsity):
    return {
        f"{name}.weight": magnitude_mask(layer.weight, sparsity)
        for name, layer in model.named_children()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    }
