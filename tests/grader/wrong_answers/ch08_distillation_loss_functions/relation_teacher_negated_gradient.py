"""The gradient goes the other way.

loses: relation_invariant
says: gradient
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    loss = F.huber_loss(relative_distances(student), relative_distances(teacher.detach()))
    return 2 * loss.detach() - loss
