"""The rounding error is added to x: far beyond the range, it is swallowed.

loses: fake_values
says: far
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    clipped = torch.where(inside, x, x.detach())
    return clipped + (values - clipped).detach()
