"""The zero point is added to x, and divided along.

loses: quantize_steps
says: add the zero point
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round((x + zero_point) / scale)
    return steps.clamp(lowest, highest).to(torch.int32)
