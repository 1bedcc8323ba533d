"""Shifted before it is multiplied.

loses: requantize_rounds
says: nearest integer
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = ((sums.long() + (1 << (n - 31))) >> (n - 30)) * m >> 30
    return (steps + zero_point).clamp(0, 255).to(torch.uint8)
