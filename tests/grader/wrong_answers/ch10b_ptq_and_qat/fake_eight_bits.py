"""The ends are those of 8 bits.

loses: fake_values
says: divide, round, add the zero point, clamp; then
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(-128 if qmin < 0 else 0, 127 if qmin < 0 else 255) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values + (x - x.detach()) * inside
