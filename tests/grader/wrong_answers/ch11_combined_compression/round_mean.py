"""The gradient is shared by all elements.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    shared = x.mean()
    return shared + (torch.round(x) - shared).detach()
