"""Halves go up.

loses: fake_values
says: a half goes to the even integer, as
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.floor(x.detach() / scale.detach() + 0.5) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
