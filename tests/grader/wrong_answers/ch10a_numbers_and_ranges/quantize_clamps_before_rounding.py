"""The clamp stands before the rounding and the zero point.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    return (torch.round((x / scale).clamp(lowest, highest)) + zero_point).to(torch.int32)
