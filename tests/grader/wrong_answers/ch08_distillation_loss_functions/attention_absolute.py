"""Absolute differences.

loses: attention_value
says: the squared distance of the two maps
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return (attention_map(student) - attention_map(teacher.detach())).abs().sum(dim=1).mean()
