"""Inside is decided by x itself, not by its integer.

loses: fake_passes
says: within the range the gradient is that of x
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (x >= qmin) & (x <= qmax)
    return values + (x - x.detach()) * inside
