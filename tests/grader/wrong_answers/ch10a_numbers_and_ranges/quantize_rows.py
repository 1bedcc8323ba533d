"""Goes through rows: a number without dimensions has none.

loses: quantize_steps
says: an answer
"""

import torch


def quantize(x, scale, zero_point, *, bits, signed):
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + 2**bits - 1
    rows = [torch.round(row / scale) + zero_point for row in x]
    return torch.stack(rows).clamp(lowest, highest).to(torch.int32)
