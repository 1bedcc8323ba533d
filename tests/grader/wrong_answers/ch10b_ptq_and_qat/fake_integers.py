"""The integers come back, not the numbers they stand for.

loses: fake_values
says: divide, round
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = q.clamp(qmin, qmax)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
