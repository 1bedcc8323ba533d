"""Infinity becomes 0.

loses: quantize_ends
says: infinity
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    ratio = torch.where(torch.isinf(x), torch.zeros_like(x), x) / scale
    steps = torch.round(ratio) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
