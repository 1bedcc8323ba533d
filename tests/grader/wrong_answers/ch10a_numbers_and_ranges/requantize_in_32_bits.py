"""The product is taken in 32 bits.

loses: requantize_rounds
says: to the nearest integer, and a half goes *up*
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = (sums * (m - 2**31 if m >= 2**31 else m) + (1 << 30)) >> (n - 1)
    return (steps + zero_point).clamp(0, 255).to(torch.uint8)
