"""A plain number, through which no gradient passes.

loses: soft_penalty_gradient
says: can autograd still follow it
"""

import torch


def soft_penalty(*layers):
    return torch.tensor(torch.cat([scores.flatten() for scores in layers]).sigmoid().mean().item())
