"""The sparsity is not passed on.

loses: layers_each
says: at this sparsity
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
        f"{path}.weight".removeprefix("."): magnitude_mask(layer.weight, 0.5)
        for path, layer in model.named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    }
