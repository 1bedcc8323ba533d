"""Negative values lose their sign.

loses: quantize_steps
says: nearest
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x.abs() / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
