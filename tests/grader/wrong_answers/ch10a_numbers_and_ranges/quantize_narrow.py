"""Signed integers are narrow: the lowest is left out.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    highest = 2 ** (bits - 1) - 1 if signed else 2**bits - 1
    lowest = -highest if signed else 0
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
