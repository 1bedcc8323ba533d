"""Computed in float32, whose m has 24 bits.

loses: fixed_point_pairs
says: nearest
"""

import math

import torch


def fixed_point(ratio):
    fraction, exponent = math.frexp(torch.tensor(ratio).item())
    m = round(fraction * 2**31)
    if m == 2**31:
        return 2**30, 30 - exponent
    return m, 31 - exponent
