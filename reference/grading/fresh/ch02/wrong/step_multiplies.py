"""Multiplies by the mask: NaN times 0 is NaN.

With model=nn.Linear(2, 2), weight[0, 0] = NaN and a mask that prunes it, the text promises that it is exactly 0 after
the step ("it may even be infinite or NaN"); it is NaN.
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
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter.mul_(masks[name])
    return loss.item()
