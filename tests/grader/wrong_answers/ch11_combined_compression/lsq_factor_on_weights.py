"""The weights get the factor too.

loses: lsq_input_gradient
says: lies within the ends
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * qmax)
    s = scale * factor + (scale - scale * factor).detach()
    x = x * factor + (x - x * factor).detach()
    v = x / s
    inside = (v > qmin) & (v < qmax)
    rounded = v + (torch.round(v) - v).detach()
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax)) * s
