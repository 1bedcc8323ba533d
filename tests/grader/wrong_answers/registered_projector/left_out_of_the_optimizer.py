"""The optimizer holds the student alone.

loses: optimizer_holds_both
says: the projector too
"""

import torch


def make_optimizer(student, hint, lr):
    return torch.optim.SGD(student.parameters(), lr=lr)
