"""Clamped before the zero point is added.

loses: fake_values
says: divide, round
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    steps = torch.round(x.detach() / scale.detach()).clamp(qmin, qmax)
    values = scale.detach() * steps
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
