"""Gives float64 always.

loses: round_values
says: float64 stays float64
"""

import torch


def round_ste(x):
    x = x.double()
    return x + (torch.round(x) - x).detach()
