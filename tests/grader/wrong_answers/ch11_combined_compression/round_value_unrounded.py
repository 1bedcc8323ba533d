"""The parts are swapped: x comes out, without a gradient.

loses: round_values, round_gradient
says: a half goes to the even
"""

import torch


def round_ste(x):
    y = torch.round(x)
    return y + (x - y).detach() + 0 * x
