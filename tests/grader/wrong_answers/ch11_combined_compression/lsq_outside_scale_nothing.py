"""Outside, the scale gets nothing.

loses: lsq_scale_gradient
says: round(v) - v
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * qmax)
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    inside = (v > qmin) & (v < qmax)
    rounded = v + (torch.round(v) - v).detach()
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax) * (scale / s).detach()) * torch.where(
        inside, s, s.detach()
    )
