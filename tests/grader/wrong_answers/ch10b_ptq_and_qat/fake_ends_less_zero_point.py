"""The ends are taken for those of the numbers without a zero point.

loses: fake_values
says: divide, round
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q - zero_point).clamp(qmin, qmax)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
