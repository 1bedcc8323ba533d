"""The loss is float32.

loses: relation_value
says: dtype
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    return F.huber_loss(relative_distances(student).float(), relative_distances(teacher.detach()).float())
