"""Uses view.

loses: fake_values
says: `view` needs a tensor that lies in memory
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    values = scale.detach() * (q.clamp(qmin, qmax) - zero_point)
    inside = (q >= qmin) & (q <= qmax)
    return values.view(-1).view(x.shape) + (x - x.detach()) * inside
