"""The gradient stops above the range alone.

loses: fake_stops
says: clamped does not move
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = q <= qmax
    return values + (x - x.detach()) * inside
