"""Goes through int32 "to make it whole": values above 2**31 - 1 overflow.

Text: "`torch.round(x)`" ("think of ... large and of tiny numbers")
Input: round_ste(torch.tensor(3e9)): promised 3e9, actual -2147483648.0.
"""

import torch
from torch import Tensor


class _Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.round(x).to(torch.int32).to(x.dtype)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


def round_ste(x: Tensor) -> Tensor:
    return _Round.apply(x)
