"""Clamped values get a tenth of the gradient.

loses: fake_stops
says: clamped does not move
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * torch.where(inside, 1.0, 0.1).to(x.dtype)
