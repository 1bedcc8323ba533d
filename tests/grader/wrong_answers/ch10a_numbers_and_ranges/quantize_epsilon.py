"""A small number is added to the scale, so that nothing is divided by 0.

loses: quantize_steps
says: float64 is rounded in float64: float32 makes
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    steps = torch.round(x / (scale + 1e-8)) + zero_point
    return steps.clamp(lowest, highest).to(torch.int32)
