"""What lies beyond the range is not clamped.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    steps = torch.round(x / scale) + zero_point
    return steps.to(torch.int32)
