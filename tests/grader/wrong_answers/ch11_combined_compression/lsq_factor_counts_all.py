"""N counts all weights, though each row has its scale.

loses: lsq_scale_factor
says: share one scale
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() * qmax)
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    inside = (v > qmin) & (v < qmax)
    rounded = v + (torch.round(v) - v).detach()
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax)) * s
