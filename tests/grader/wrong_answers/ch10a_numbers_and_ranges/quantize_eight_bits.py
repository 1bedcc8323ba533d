"""The ends are those of 8 bits, whatever the bits.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest, highest = (-128, 127) if signed else (0, 255)
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
