"""The Huber loss with a delta of two.

loses: relation_value
says: straight beyond
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    return F.huber_loss(relative_distances(student), relative_distances(teacher.detach()), delta=2.0)
