"""Counts outputs below zero before the ReLU, and forgets those that are exactly zero there.

With layer=nn.Linear(2, 2, bias=False), weight [[1, -1], [0, 2]], x=[[2., 2.]]: the outputs are (0, 4), so that the
text promises "outputs": [0.5] and "always": 0.5; gives [0.0] and 0.0.
"""
import torch
from torch import nn


def zero_shares(layer: nn.Module, x: torch.Tensor) -> dict[str, float | torch.Tensor]:
    with torch.no_grad():
        silent = (layer(x) < 0).flatten(1)
        weight = (layer.weight == 0).double().mean().item()
    return {
        "weight": weight,
        "outputs": silent.double().mean(dim=1),
        "always": silent.all(dim=0).double().mean().item(),
    }
