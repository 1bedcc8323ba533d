"""Only clamped above.

loses: fake_values
says: divide, round
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(max=qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
