"""Computed in float32.

loses: fake_values
says: shape and dtype
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values.float() + (x - x.detach()).float() * inside
