"""Clears the gradients after the step only: those that were there before the call are added to.

With model=nn.Linear(2, 2), whose parameters have .grad = ones from before, SGD with lr=0.1 and masks={}: the text
promises that gradients from before don't count; the weights move 0.1 further down than in a step with fresh gradients.
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
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = 0
    return loss.item()
