"""The gradient is multiplied by x.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    y = x * x / 2
    return y + (torch.round(x) - y).detach()
