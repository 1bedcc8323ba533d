"""The optimizer holds the projector alone.

loses: optimizer_holds_both
says: whatever the loss trains
"""

import torch


def make_optimizer(student, hint, lr):
    return torch.optim.SGD(hint.parameters(), lr=lr)
