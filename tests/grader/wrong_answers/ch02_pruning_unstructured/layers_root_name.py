"""A model that is one layer gets a name that no state dict has.

loses: layers_named
says: the model may be one layer
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
        f"{path}.weight": magnitude_mask(layer.weight, sparsity)
        for path, layer in model.named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    }
