"""Applies the masks before the forward pass as well: where a pruned weight wasn't zero yet, the loss and the gradients of
all others become different ones.

Text: "A pruned weight need not be zero before the step"; "The loss before the step. All weights that aren't pruned move just
as in a step without masks".
nn.Linear(1, 2, bias=False), weight [[2], [0]], mask [[False], [True]], x = [[1]], y = [0]: returns 0.693; promised: 0.127.
"""
import torch
import torch.nn.functional as F
from torch import nn


def _apply(model: nn.Module, masks: dict[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter[~masks[name]] = 0.0


def masked_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    masks: dict[str, torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
) -> float:
    _apply(model, masks)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    _apply(model, masks)
    return loss.item()
