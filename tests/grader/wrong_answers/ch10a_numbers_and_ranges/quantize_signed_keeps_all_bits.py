"""With a sign, the integers go from -2^bits to 2^bits - 1.

loses: quantize_ends
says: clamp last
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest, highest = -(2**bits) if signed else 0, 2**bits - 1
    steps = torch.round(x / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
