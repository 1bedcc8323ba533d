"""Comes back flat.

loses: dequantize_values
says: shape
"""

import torch


def dequantize(q, scale, zero_point):
    return scale * (q.to(torch.int32) - zero_point).flatten().to(torch.float32)
