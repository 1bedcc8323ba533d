"""The zero point is ignored.

loses: fake_values
says: divide, round
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach())
    values = scale.detach() * (q.clamp(qmin, qmax))
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
