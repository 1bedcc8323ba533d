"""Rounded twice: to 31 bits, then by the rest of the shift.

loses: requantize_rounds
says: to the nearest integer, and a half goes *up*
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = (((sums.long() * m + (1 << 29)) >> 30) + (1 << max(n - 31, 0)) // 2 * 2) >> (n - 30)
    return (steps + zero_point).clamp(0, 255).to(torch.uint8)
