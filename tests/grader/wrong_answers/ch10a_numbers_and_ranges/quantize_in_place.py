"""Divides x in place.

loses: quantize_steps
says: in place
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    with torch.no_grad():
        x.div_(scale)
    steps = torch.round(x) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
