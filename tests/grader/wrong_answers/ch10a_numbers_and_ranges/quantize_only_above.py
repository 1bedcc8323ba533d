"""Only what lies above the range is clamped.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(max=highest).to(torch.int32)
