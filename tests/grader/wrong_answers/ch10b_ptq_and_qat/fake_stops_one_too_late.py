"""One step beyond the range still passes.

loses: fake_stops
says: clamped does not move
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin - 1) & (q <= qmax + 1)
    return values + (x - x.detach()) * inside
