"""All is computed without a graph.

loses: hint_gradient
says: gradient
"""

import torch


@torch.no_grad()
def hint_loss(student, teacher, mask=None):
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean()
