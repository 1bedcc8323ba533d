"""Each sample with the next in the batch alone.

loses: relation_invariant
says: the gradient passes through the student's table
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    own, given = relative_distances(student), relative_distances(teacher.detach())
    return F.huber_loss(own.diagonal(1), given.diagonal(1))
