"""Gives float32 always.

loses: round_values
says: float64 stays float64
"""

import torch


def round_ste(x):
    x = x.float()
    return x + (torch.round(x) - x).detach()
