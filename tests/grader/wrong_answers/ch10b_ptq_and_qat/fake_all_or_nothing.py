"""One clamped value stops all gradients.

loses: fake_stops
says: a value that was clamped does not move its
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    inside = inside.all()
    return values + (x - x.detach()) * inside
