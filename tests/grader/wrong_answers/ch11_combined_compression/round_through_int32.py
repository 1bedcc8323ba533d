"""Counts in 32-bit integers in between.

loses: round_values
says: larger still
"""

import torch


def round_ste(x):
    y = torch.round(x).int().to(x.dtype)
    return x + (y - x).detach()
