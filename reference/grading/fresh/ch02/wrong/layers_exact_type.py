"""Compares types for equality, so that layers of derived classes get no mask.

With model=nn.MultiheadAttention(4, 2), whose out_proj is of a class derived from nn.Linear, the text promises the
key "out_proj.weight"; gives {}.
"""
import torch
from torch import nn


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    masks = {}
    for name, module in model.named_modules():
        if type(module) in (nn.Linear, nn.Conv2d):
            masks[f"{name}.weight" if name else "weight"] = magnitude_mask(module.weight.detach(), sparsity)
    return masks
