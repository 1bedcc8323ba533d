"""The highest integer is 2^bits - 2.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 2
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
