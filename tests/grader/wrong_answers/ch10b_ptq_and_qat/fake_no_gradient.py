"""No gradient passes: everything is detached.

loses: fake_passes
says: within the range the gradient is that of x
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = torch.round(x.detach() / scale.detach()) + zero_point
    return scale.detach() * (q.clamp(qmin, qmax) - zero_point)
