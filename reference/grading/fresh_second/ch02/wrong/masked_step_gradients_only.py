"""Sets the gradients of the pruned weights to zero and trusts that they then stay zero.

Text: "after which every pruned weight is exactly zero"; "A pruned weight need not be zero before the step".
nn.Linear(2, 2) with weights all 1, SGD(lr=0.1, weight_decay=0.1) and a mask that is False everywhere: the weights are 0.99
afterwards; promised: 0.
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
    for name, parameter in model.named_parameters():
        if name in masks and parameter.grad is not None:
            parameter.grad.mul_(masks[name])
    optimizer.step()
    return loss.item()
