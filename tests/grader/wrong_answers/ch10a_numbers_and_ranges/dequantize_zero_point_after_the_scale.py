"""The zero point is subtracted after the scale.

loses: dequantize_values
says: subtract the zero point
"""

import torch


def dequantize(q, scale, zero_point):
    return scale * q.to(torch.float32) - zero_point
