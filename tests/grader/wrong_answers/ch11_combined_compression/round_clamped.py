"""Clamps to a byte.

loses: round_values
says: larger still
"""

import torch


def round_ste(x):
    y = torch.round(x).clamp(-128, 127)
    return x + (y - x).detach()
