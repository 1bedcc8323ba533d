"""All of it is detached.

loses: round_gradient
says: the gradient of x itself
"""

import torch


def round_ste(x):
    return torch.round(x).detach() + 0 * x
