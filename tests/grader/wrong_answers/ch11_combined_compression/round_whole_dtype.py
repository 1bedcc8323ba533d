"""Gives integers.

loses: round_values
says: the result keeps the dtype
"""

import torch


def round_ste(x):
    return torch.round(x).long()
