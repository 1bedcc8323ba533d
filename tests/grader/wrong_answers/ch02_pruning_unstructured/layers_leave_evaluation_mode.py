"""The model is put into evaluation mode, and left there.

loses: layers_named, layers_each
says: left in training mode
"""

# ruff: noqa: F821  the functions that it calls are the solution's

from torch import nn


def layer_masks(model, sparsity):
    model.eval()
    out = {}
    for name, m in model.named_modules():
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            out[f"{name}.weight".lstrip(".")] = magnitude_mask(m.weight, sparsity)
    return out
