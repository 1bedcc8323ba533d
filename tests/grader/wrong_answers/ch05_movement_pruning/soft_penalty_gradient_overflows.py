"""exp(-S) overflows at -89: the value is right, the gradient is nan.

loses: soft_penalty_gradient
says: does an exponential overflow
"""

import torch


def soft_penalty(*layers):
    return torch.cat([(1 / (1 + torch.exp(-s))).flatten() for s in layers]).mean()
