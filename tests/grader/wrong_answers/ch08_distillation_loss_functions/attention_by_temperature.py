"""Scaled by T squared, as the soft term is.

loses: attention_value
says: squared distance
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return 16 * (attention_map(student) - attention_map(teacher.detach())).square().sum(dim=1).mean()
