"""The inverse of the scale is rounded to float16.

loses: quantize_steps
says: x and scale ten times as large: the same
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x * torch.tensor(1 / scale).half()) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
