"""Gradients stay off.

loses: relation_invariant
says: gradients switched on
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch
import torch.nn.functional as F


def relation_loss(student, teacher):
    own = relative_distances(student)
    torch.set_grad_enabled(False)
    return F.huber_loss(own, relative_distances(teacher))
