"""Classes derived from nn.Linear are left out.

loses: layers_named
says: `isinstance` says so
"""

# ruff: noqa: F821  the functions that it calls are the solution's

from torch import nn


def layer_masks(model, sparsity):
    out = {}
    for name, m in model.named_modules():
        if type(m) in (nn.Linear, nn.Conv2d):
            out[f"{name}.weight" if name else "weight"] = magnitude_mask(m.weight, sparsity)
    return out
