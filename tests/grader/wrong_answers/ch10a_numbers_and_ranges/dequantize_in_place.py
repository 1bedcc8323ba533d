"""Subtracts in place.

loses: dequantize_values
says: does the function work in place, where it
"""

import torch


def dequantize(q, scale, zero_point):
    wide = q.to(torch.int32)
    wide -= zero_point
    return scale * wide.float()
