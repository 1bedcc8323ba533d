"""The fraction is cut off.

loses: quantize_steps
says: round to the *nearest*
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.trunc(x / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
