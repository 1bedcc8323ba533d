"""Divides x in place.

loses: fake_values
says: does the function work in place, where it
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    with torch.no_grad():
        x.div_(scale).mul_(scale).add_(1).sub_(1)
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
