"""Codes outside of the range are kept.

loses: quantize_values
says: clamp
"""

import torch


def fake_quantize(x, scale, zero_point, bits):
    rounded = torch.round(x / scale) * scale
    return x + (rounded - x).detach()
