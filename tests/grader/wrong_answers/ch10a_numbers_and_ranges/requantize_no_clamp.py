"""Converted without a clamp.

loses: requantize_range
says: becomes 0 or 255
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = (sums.long() * m + (1 << (n - 1))) >> n
    return (steps + zero_point).to(torch.uint8)
