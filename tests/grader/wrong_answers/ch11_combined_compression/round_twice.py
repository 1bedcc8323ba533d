"""The gradient arrives twice.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    return 2 * x + (torch.round(x) - 2 * x).detach()
