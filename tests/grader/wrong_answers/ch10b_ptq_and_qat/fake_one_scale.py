"""The mean of the scales for all.

loses: fake_values
says: one for each row
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach().mean()) + zero_point
    values = scale.detach().mean() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
