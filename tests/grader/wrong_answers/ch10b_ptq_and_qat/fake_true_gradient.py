"""The true gradient of the rounding, which is 0.

loses: fake_passes
says: within the range the gradient is that of x
"""

import torch


def fake_quantize(x, scale, zero_point, *, qmin, qmax):
    q = (torch.round(x / scale) + zero_point).clamp(qmin, qmax)
    return scale * (q - zero_point)
