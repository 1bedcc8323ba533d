"""The integers come as int64.

loses: quantize_steps
says: int32
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(lowest, highest).long()
