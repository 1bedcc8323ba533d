"""Comes back as a flat list of integers.

loses: quantize_steps
says: shape
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32).flatten()
