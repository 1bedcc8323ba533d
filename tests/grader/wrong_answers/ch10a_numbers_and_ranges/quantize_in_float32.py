"""Everything is converted to float32 first.

loses: quantize_steps
says: float32 makes halves of these
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x.float() / scale) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
