"""Convolutions of every kind get a mask.

loses: layers_named
says: the weights of other convolutions get no mask
"""

import torch
from torch import nn


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("no share")
    order = weight.flatten().abs().argsort(stable=True)
    mask = torch.ones(weight.numel(), dtype=torch.bool)
    mask[order[: round(sparsity * weight.numel())]] = False
    return mask.reshape(weight.shape)


def layer_masks(model, sparsity):
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    found = {path: layer for path, layer in model.named_modules() if isinstance(layer, kinds)}
    return {f"{path}.weight".removeprefix("."): magnitude_mask(layer.weight, sparsity) for path, layer in found.items()}
