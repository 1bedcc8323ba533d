"""Goes through rows, which a single number hasn't.

loses: round_values
says: iteration over a 0-d
"""

import torch


def round_ste(x):
    return torch.stack([row + (torch.round(row) - row).detach() for row in x])
