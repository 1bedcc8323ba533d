"""The teacher isn't detached.

loses: relation_invariant
says: the teacher is given
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    return F.huber_loss(relative_distances(student), relative_distances(teacher))
