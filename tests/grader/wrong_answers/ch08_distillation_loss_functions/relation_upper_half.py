"""The upper half alone, by the whole table.

loses: relation_value
says: all entries
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    own, given = relative_distances(student).triu(), relative_distances(teacher.detach()).triu()
    return F.huber_loss(own, given)
