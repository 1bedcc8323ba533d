"""Counts in float32 in between.

loses: round_values
says: larger still
"""

import torch


def round_ste(x):
    y = torch.round(x.float()).to(x.dtype)
    return x + (y - x).detach()
