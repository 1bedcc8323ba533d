"""Passes the gradient between -1 and 1 only, as for a sign.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    within = (x.abs() <= 1).to(x.dtype)
    return x * within + (torch.round(x) - x * within).detach()
