"""The gradient is one, whatever arrives.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


class Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, gradient):
        return torch.ones_like(gradient)


def round_ste(x):
    return Round.apply(x)
