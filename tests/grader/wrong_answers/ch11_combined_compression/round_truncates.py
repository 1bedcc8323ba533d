"""Cuts the fraction off.

loses: round_values
says: a half goes to the even
"""

import torch


def round_ste(x):
    return x + (torch.trunc(x) - x).detach()
