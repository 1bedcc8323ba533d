"""What it is rounded to decides what is within.

loses: lsq_input_gradient
says: x / scale itself decides
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * qmax)
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    inside = (torch.round(v) >= qmin) & (torch.round(v) <= qmax)
    rounded = v + (torch.round(v) - v).detach()
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax)) * s
