"""Scales below 1e-6 are taken for 1e-6.

loses: quantize_steps
says: ten times as large
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x / max(scale, 1e-6)) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
