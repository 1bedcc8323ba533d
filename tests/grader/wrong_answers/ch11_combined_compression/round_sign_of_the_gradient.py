"""Passes the sign of the gradient.

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
        return gradient.sign()


def round_ste(x):
    return Round.apply(x)
