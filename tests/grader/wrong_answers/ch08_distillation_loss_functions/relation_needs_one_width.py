"""Student and teacher must have the same width.

loses: relation_value
says: an answer
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    if student.shape != teacher.shape:
        raise ValueError("other widths")
    return F.huber_loss(relative_distances(student), relative_distances(teacher.detach()))
