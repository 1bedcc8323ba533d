"""The gradient turns round.

loses: round_gradient
says: neither 0, nor clipped
"""

import torch


def round_ste(x):
    return (torch.round(x) + x).detach() - x
