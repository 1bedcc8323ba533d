"""Loses the shape.

loses: round_values
says: the nearest whole number
"""

import torch


def round_ste(x):
    flat = x.reshape(-1)
    return flat + (torch.round(flat) - flat).detach()
