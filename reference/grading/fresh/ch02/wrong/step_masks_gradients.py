"""Zeroes the gradients of pruned weights before the step as well: with an optimizer that looks at whole rows, columns
or matrices this changes the step of the others.

With model=nn.Linear(3, 3), optimizer=torch.optim.Adafactor(model.parameters(), lr=0.1) ("any of torch.optim") and a
mask that prunes weight[0, 0], the text promises that the other weights move just as in a step without masks; those of
row 0 and column 0 move differently.
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
    pruned = [(parameter, ~masks[name]) for name, parameter in model.named_parameters() if name in masks]
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    for parameter, gone in pruned:
        if parameter.grad is not None:
            parameter.grad.masked_fill_(gone, 0.0)
    optimizer.step()
    with torch.no_grad():
        for parameter, gone in pruned:
            parameter.masked_fill_(gone, 0.0)
    return loss.item()
