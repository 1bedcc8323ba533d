"""The weights get nothing.

loses: lsq_input_gradient
says: lies within the ends
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * qmax)
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    inside = (v > qmin) & (v < qmax)
    v = x.detach() / s
    rounded = v + (torch.round(v) - v).detach() + 0 * x
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax)) * s
