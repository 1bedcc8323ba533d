"""Puts name + ".weight" together also for a layer that is the whole model and whose name is empty.

Text: "it may be a single layer" and "by the weight's name as in `model.state_dict()`".
layer_masks(nn.Linear(3, 2), 0.5) has the key ".weight"; promised: "weight".
"""
import torch
from torch import nn


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    masks = {}
    for name, module in model.named_modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            masks[f"{name}.weight"] = magnitude_mask(module.weight.detach(), sparsity)
    return masks
