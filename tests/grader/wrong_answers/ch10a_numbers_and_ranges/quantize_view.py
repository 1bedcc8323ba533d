"""Flattens by view, which needs a contiguous tensor.

loses: quantize_steps
says: any
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x.view(-1) / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32).view(x.shape)
