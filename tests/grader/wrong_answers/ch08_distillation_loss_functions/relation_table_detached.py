"""The wrong table is detached.

loses: relation_invariant
says: gradient
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    return F.huber_loss(relative_distances(teacher.detach()), relative_distances(student).detach())
