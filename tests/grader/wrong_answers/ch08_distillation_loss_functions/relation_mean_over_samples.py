"""Summed over each row.

loses: relation_value
says: the mean
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    own, given = relative_distances(student), relative_distances(teacher.detach())
    return F.huber_loss(own, given, reduction="sum") / len(own)
