"""One ranking over all layers, so that the layer of small weights loses everything.

loses: layers_each
says: whatever the other layers' are
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
    weights = {
        f"{path}.weight".removeprefix("."): layer.weight.detach()
        for path, layer in model.named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d)
    }
    if not weights:
        return {}
    flat = torch.cat([weight.flatten().double() for weight in weights.values()])
    parts = magnitude_mask(flat, sparsity).split([weight.numel() for weight in weights.values()])
    return {name: part.reshape(weights[name].shape) for name, part in zip(weights, parts, strict=True)}
