"""A smooth slope instead of the straight one.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    soft = torch.tanh(x)
    return soft + (torch.round(x) - soft).detach()
