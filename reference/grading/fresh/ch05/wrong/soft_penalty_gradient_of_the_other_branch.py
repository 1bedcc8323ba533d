"""Mistake: guards the exponential with torch.where; the values are right, but the branch that was not chosen overflows, and
its gradient, 0 times NaN, comes through.

With soft_penalty(torch.tensor([100.0, 0.0], requires_grad=True)), the text promises a gradient at large scores as well, [0, 0.125];
the value is 0.75, but backward() gives [nan, 0.125].
"""
import torch
from torch import Tensor


def soft_penalty(*layers: Tensor) -> Tensor:
    flat = torch.cat([layer.reshape(-1) for layer in layers])
    positive = 1 / (1 + torch.exp(-flat))
    negative = torch.exp(flat) / (1 + torch.exp(flat))
    return torch.where(flat >= 0, positive, negative).mean()
