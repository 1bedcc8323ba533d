"""Converted to int32 before it is clamped: 1e30 becomes anything.

loses: quantize_ends
says: clamp before the conversion
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x / scale) + zero_point
    return steps.to(torch.int32).clamp(lowest, highest)
