"""Signed for unsigned, and the other way round.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if not signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
