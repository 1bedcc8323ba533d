"""Inside is decided before the rounding.

loses: fake_passes
says: within the range
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    exact = x.detach() / scale.detach() + zero_point
    inside = (exact >= qmin) & (exact <= qmax)
    return values + (x - x.detach()) * inside
