"""The clamp stands before the zero point is added.

loses: quantize_values
says: add z, and clamp, in this order
"""

import torch


def fake_quantize(x, scale, zero_point, bits):
    q = torch.round(x / scale).clamp(0, 2**bits - 1) + zero_point
    inside = (q >= 0) & (q <= 2**bits - 1)
    rounded = (q - zero_point) * scale
    return torch.where(inside, x + (rounded - x).detach(), rounded.detach())
