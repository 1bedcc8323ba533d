"""Rounding is left as it is: its gradient is zero everywhere.

loses: gradient_passes
says: as if nothing had been rounded
"""

import torch


def fake_quantize(x, scale, zero_point, bits):
    q = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return (q - zero_point) * scale
