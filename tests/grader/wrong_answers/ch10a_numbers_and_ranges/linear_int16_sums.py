"""Sums are kept in 16 bits.

loses: linear_outputs
says: 16 bits
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)

import torch


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = ((q_x.to(torch.int16) - z_x) @ q_w.to(torch.int16).T).int()
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
