"""Rounds to tenths.

loses: round_values
says: a half goes to the even
"""

import torch


def round_ste(x):
    y = torch.round(x, decimals=1)
    return x + (y - x).detach()
