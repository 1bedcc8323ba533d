"""Masks the weights after the step, and (to keep the optimizer's state clean) the gradients before it. An optimizer whose
update of one weight depends on the gradients of others then moves the remaining ones differently.

Text: "All weights that aren't pruned move just as in a step without masks, which sees the gradients of the pruned ones too
(Adafactor, for one, takes means over rows and columns)."
nn.Linear(4, 3) with torch.optim.Adafactor(lr=0.1) and half of the weights masked: the others differ from those of a step
without masks by more than 1e-4.
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
    parameters = dict(model.named_parameters())
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    with torch.no_grad():
        for name, mask in masks.items():
            if parameters[name].grad is not None:
                parameters[name].grad.masked_fill_(~mask, 0.0)
    optimizer.step()
    with torch.no_grad():
        for name, mask in masks.items():
            parameters[name].masked_fill_(~mask, 0.0)
    return float(loss.detach())
