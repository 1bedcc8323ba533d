"""Without the scale factor.

loses: lsq_scale_factor
says: the sum of all
"""

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1.0
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    inside = (v > qmin) & (v < qmax)
    rounded = v + (torch.round(v) - v).detach()
    return torch.where(inside, rounded, v.detach().clamp(qmin, qmax)) * s
