"""Halves go up.

loses: round_values
says: a half goes to the even
"""

import torch


def round_ste(x):
    return x + (torch.floor(x + 0.5) - x).detach()
