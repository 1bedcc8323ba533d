"""The clamp is straight through as well.

loses: lsq_input_gradient
says: x / scale itself decides
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * qmax)
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    (v > qmin) & (v < qmax)
    v + (torch.round(v) - v).detach()
    return (v + (torch.round(v).clamp(qmin, qmax) - v).detach()) * s
