"""The zero point is left out.

loses: requantize_rounds
says: nearest integer
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = (sums.long() * m + (1 << (n - 1))) >> n
    return (steps).clamp(0, 255).to(torch.uint8)
