"""Taken for uint8: -7 is 249 there.

loses: dequantize_values
says: subtract the zero point, then multiply by the
"""

import torch


def dequantize(q, scale, zero_point):
    return scale * (q.to(torch.int64).remainder(256).float() - zero_point)
