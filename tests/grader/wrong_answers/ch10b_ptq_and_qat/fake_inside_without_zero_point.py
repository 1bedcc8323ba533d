"""Inside is decided without the zero point.

loses: fake_passes
says: within the range the gradient is that of x
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q - zero_point >= qmin) & (q - zero_point <= qmax)
    return values + (x - x.detach()) * inside
