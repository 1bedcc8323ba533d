"""A small number is added to the scale.

loses: fake_values
says: divide, round, add the zero point, clamp; then
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = (scale.detach() + 1e-4) * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
