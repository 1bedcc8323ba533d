"""The product is cut to whole numbers.

loses: dequantize_values
says: float32
"""

import torch


def dequantize(q, scale, zero_point):
    return (scale * (q.to(torch.int32) - zero_point)).to(torch.int16)
