"""Switches the model to evaluation before looking at it and leaves it there.

With model=nn.Sequential(nn.Linear(2, 2)) in training mode the text promises a model that is not modified;
afterwards model.training is False.
"""
import torch
from torch import nn


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    model.eval()
    masks = {}
    with torch.no_grad():
        for name, module in model.named_modules():
            if isinstance(module, (nn.Linear, nn.Conv2d)):
                masks[".".join(filter(None, (name, "weight")))] = magnitude_mask(module.weight, sparsity)
    return masks
