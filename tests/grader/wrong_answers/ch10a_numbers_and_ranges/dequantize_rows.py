"""Goes through rows.

loses: dequantize_values
says: an answer
"""

import torch


def dequantize(q, scale, zero_point):
    return torch.stack([scale * (row.int() - zero_point).float() for row in q])
