"""Takes the mean over channels, rows and columns for a convolution, but for a linear layer over the last axis alone.

With layer=nn.Linear(3, 2), x of shape (4, 5, 3) (inputs (N, ...)): the text promises "outputs" of shape (4,);
gives (4, 5).
"""
import torch
import torch.nn.functional as F
from torch import nn


def zero_shares(layer: nn.Module, x: torch.Tensor) -> dict[str, float | torch.Tensor]:
    with torch.no_grad():
        zeros = F.relu(layer(x)) == 0
        places = (1, 2, 3) if isinstance(layer, nn.Conv2d) else -1
        return {
            "weight": float((layer.weight == 0).double().mean()),
            "outputs": zeros.double().mean(dim=places),
            "always": float(zeros.all(dim=0).double().mean()),
        }
