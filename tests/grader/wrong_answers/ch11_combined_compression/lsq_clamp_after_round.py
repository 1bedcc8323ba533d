"""Round straight through, then clamp: values that round to an end pass.

loses: lsq_input_gradient
says: lies within the ends
"""

import math

import torch


def lsq(x, scale, *, qmin, qmax):
    factor = 1 / math.sqrt(x.numel() // scale.numel() * qmax)
    s = scale * factor + (scale - scale * factor).detach()
    v = x / s
    (v > qmin) & (v < qmax)
    rounded = v + (torch.round(v) - v).detach()
    return rounded.clamp(qmin, qmax) * s
