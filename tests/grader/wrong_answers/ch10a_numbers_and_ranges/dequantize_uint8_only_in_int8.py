"""uint8 is turned into int8 to make room below 0.

loses: dequantize_values
says: in eight bits, 3 - 5 is 254 and 100 - -100 is
"""

import torch


def dequantize(q, scale, zero_point):
    q = q.to(torch.int8) if q.dtype == torch.uint8 else q
    return scale * (q.float() - zero_point)
