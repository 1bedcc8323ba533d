"""Computes the loss to return in a forward pass of its own, before the one of the step.

With model=nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 2)) in training mode, x of mean [2, 0.5], masks={}: the text
promises one training step, after which num_batches_tracked is 1 and running_mean 0.1 * mean; they are 2 and
0.19 * mean.
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
    with torch.no_grad():
        before = F.cross_entropy(model(x), y).item()
    optimizer.zero_grad()
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter.masked_fill_(~masks[name], 0.0)
    return before
