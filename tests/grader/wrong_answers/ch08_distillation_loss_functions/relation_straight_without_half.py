"""Beyond 1 the size itself, without the half.

loses: relation_value
says: straight beyond
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch


def relation_loss(student, teacher):
    apart = (relative_distances(student) - relative_distances(teacher.detach())).abs()
    return torch.where(apart <= 1, apart.square() / 2, apart).mean()
