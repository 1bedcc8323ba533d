"""Scales are flattened, and go along the last dimension.

loses: fake_values
says: RuntimeError: The size of tensor a (3) must
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach().flatten()) + zero_point
    values = scale.detach().flatten() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
