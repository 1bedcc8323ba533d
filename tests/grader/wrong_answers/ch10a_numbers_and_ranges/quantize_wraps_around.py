"""Integers beyond the range wrap around.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    steps = torch.round(x / scale) + zero_point
    return ((steps - lowest) % 2**bits + lowest).to(torch.int32)
