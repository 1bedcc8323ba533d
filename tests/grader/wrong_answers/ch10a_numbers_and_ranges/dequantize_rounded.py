"""Rounded to four digits.

loses: dequantize_values
says: a scale like others
"""

import torch


def dequantize(q, scale, zero_point):
    return torch.round(scale * (q.int() - zero_point).float(), decimals=4)
