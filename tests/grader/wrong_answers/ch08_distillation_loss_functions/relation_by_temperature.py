"""Scaled by T squared.

loses: relation_value
says: the mean
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    return 16 * F.huber_loss(relative_distances(student), relative_distances(teacher.detach()))
