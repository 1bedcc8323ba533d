"""The integers are kept in int8.

loses: fake_values
says: just those values that the integers stand for
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.to(torch.int8).clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
