"""One less than the half: halves go down.

loses: requantize_rounds
says: a half goes *up*
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = (sums.long() * m + (1 << (n - 1)) - 1) >> n
    return (steps + zero_point).clamp(0, 255).to(torch.uint8)
