"""Takes the outputs of a linear layer for (N, features) always: from (N, ..., features) there comes a share for each row and
token, not for each input.

Text: "(N, ..., features), as its `nn.Linear` takes them"; ""outputs": for each of the N inputs, the share of zeros in
relu(layer(x)), a floating-point tensor (N,)."
zero_shares(nn.Linear(3, 2), torch.randn(4, 5, 3))["outputs"] has the shape (4, 5); promised: (4,).
"""
import torch
import torch.nn.functional as F
from torch import nn


def zero_shares(layer: nn.Module, x: torch.Tensor) -> dict[str, float | torch.Tensor]:
    with torch.no_grad():
        zero = (F.relu(layer(x)) == 0).float()
    dims = (1, 2, 3) if isinstance(layer, nn.Conv2d) else -1
    return {
        "weight": (layer.weight == 0).float().mean().item(),
        "outputs": zero.mean(dim=dims),
        "always": (zero.mean(dim=0) == 1).float().mean().item(),
    }
