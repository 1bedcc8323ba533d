"""Multiplies the sums in place.

loses: requantize_rounds
says: does the function work in place, where it
"""

import torch


def requantize(sums, m, n, zero_point):
    product = sums.mul_(1).long() * m
    sums.zero_()
    return (((product + (1 << (n - 1))) >> n) + zero_point).clamp(0, 255).to(torch.uint8)
