"""Subtracts in the integers' own dtype: 3 - 5 is 254.

loses: dequantize_values
says: in eight bits
"""

import torch


def dequantize(q, scale, zero_point):
    return scale * (q - zero_point).to(torch.float32)
