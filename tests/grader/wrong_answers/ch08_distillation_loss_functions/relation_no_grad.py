"""Computed without a graph.

loses: relation_invariant
says: gradient
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch
import torch.nn.functional as F


@torch.no_grad()
def relation_loss(student, teacher):
    return F.huber_loss(relative_distances(student), relative_distances(teacher))
