"""Clamped to the ends of int8.

loses: requantize_range
says: becomes 0 or 255
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = (sums.long() * m + (1 << (n - 1))) >> n
    return (steps + zero_point).clamp(-128, 127).to(torch.uint8)
