"""Exponentials, which overflow.

loses: soft_limits
says: does an exponential overflow
"""

import torch


def soft_targets(logits, temperature):
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    return torch.exp(logits / temperature) / torch.exp(logits / temperature).sum(dim=1, keepdim=True)
