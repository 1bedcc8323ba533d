"""The slope of the staircase: nothing comes through.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    return torch.round(x) + 0 * x
