"""The caller's tensor is overwritten.

loses: quantize_keeps_input
says: in place
"""

import torch


def fake_quantize(x, scale, zero_point, bits):
    low, high = -zero_point * scale, (2**bits - 1 - zero_point) * scale
    clipped = x.clamp(low, high)
    with torch.no_grad():
        x.copy_(torch.round(clipped / scale) * scale)
    return clipped + (x - clipped).detach()
