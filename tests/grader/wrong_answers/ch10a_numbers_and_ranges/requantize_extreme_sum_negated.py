"""Sums are negated where they are negative, and -2**31 has no mirror image.

loses: requantize_range
says: what lies beyond becomes 0 or 255, after the
"""

import torch


def requantize(sums, m, n, zero_point):
    steps = torch.where(
        sums < 0, -(((-sums).long() * m + (1 << (n - 1)) - 1) >> n), (sums.abs().long() * m + (1 << (n - 1))) >> n
    )
    return (steps + zero_point).clamp(0, 255).to(torch.uint8)
