"""Uses view, which needs contiguous sums.

loses: requantize_rounds
says: `view` needs a tensor that lies in memory
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = ((sums.view(-1).long() * m + (1 << (n - 1))) >> n).view(sums.shape)
    return (steps + zero_point).clamp(0, 255).to(torch.uint8)
