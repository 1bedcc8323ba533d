"""The slope of a sine, as a soft staircase has.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    soft = x - torch.sin(2 * torch.pi * x) / (2 * torch.pi)
    return soft + (torch.round(x) - soft).detach()
