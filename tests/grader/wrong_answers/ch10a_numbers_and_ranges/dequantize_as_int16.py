"""The zero point is subtracted in int8 where that is the dtype, after a conversion of uint8 alone.

loses: dequantize_values
says: in eight bits
"""

import torch


def dequantize(q, scale, zero_point):
    q = q.to(torch.int16) if q.dtype == torch.uint8 else q
    return scale * (q - zero_point).float()
