"""The number of levels instead of qmax.

loses: lsq_scale_factor
says: the sum of all
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * (qmax - qmin))
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    inside = (v > qmin) & (v < qmax)
    rounded = v + (torch.round(v) - v).detach()
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax)) * s
