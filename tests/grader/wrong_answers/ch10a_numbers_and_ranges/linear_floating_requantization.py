"""The sums are requantized in floating point, rounded down.

loses: linear_outputs
says: each weight times its input
"""

import torch


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    return (torch.floor(sums.float() * ratio) + z_y).clamp(0, 255).to(torch.uint8)
