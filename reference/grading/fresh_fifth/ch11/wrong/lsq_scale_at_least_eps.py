"""Protects the division with scale.clamp(min=1e-5): smaller scales are allowed, and get another grid and no gradient.

Text: "scale: positive" ("think of ... tiny numbers")
Input: lsq(tensor([2.1e-6]), tensor(1e-6), qmin=-4, qmax=3): promised [2e-6], actual [0.].
"""

import math

import torch
from torch import Tensor


def lsq(x: Tensor, scale: Tensor, *, qmin: int, qmax: int) -> Tensor:
    n = x.numel() / scale.numel()
    g = 1 / math.sqrt(n * qmax)
    scale = scale.clamp(min=1e-5)
    scale = scale * g + (scale - scale * g).detach()
    v = (x / scale).clamp(qmin, qmax)
    v = v + (torch.round(v) - v).detach()
    return v * scale
