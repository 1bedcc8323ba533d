"""The mean over the pairs.

loses: relation_value
says: the diagonal included
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    n = len(student)
    total = F.huber_loss(relative_distances(student), relative_distances(teacher.detach()), reduction="sum")
    return total / (n * (n - 1))
