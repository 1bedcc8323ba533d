"""Nothing passes below zero.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    soft = torch.relu(x)
    return soft + (torch.round(x) - soft).detach()
