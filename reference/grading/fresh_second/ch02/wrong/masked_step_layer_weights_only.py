"""Looks the masks up by linear and convolution layers, and so passes over the mask of a bias or of a normalisation.

Text: "bool tensors for some of the parameters, by their full names as in `model.named_parameters()`"; "every pruned weight is
exactly zero".
nn.Linear(2, 2) with bias 1 and masks {"bias": [False, False]}: the bias is near 1 afterwards; promised: 0.
"""
import torch
import torch.nn.functional as F
from torch import nn


def masked_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
) -> float:
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for name, module in model.named_modules():
            key = f"{name}.weight" if name else "weight"
            if isinstance(module, (nn.Linear, nn.Conv2d)) and key in masks:
                module.weight.masked_fill_(~masks[key], 0.0)
    return loss.item()
