"""Shifts beyond 52 give 0.

loses: requantize_range
says: a product of two 32-bit integers needs 64
"""

import torch


def requantize(sums, m, n, zero_point):
    if n > 52:
        return torch.full(sums.shape, zero_point, dtype=torch.uint8)
    steps = (sums.long() * m + (1 << (n - 1))) >> n
    return (steps + zero_point).clamp(0, 255).to(torch.uint8)
