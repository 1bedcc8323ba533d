"""A loss for each sample.

loses: attention_value
says: shape
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return (attention_map(student) - attention_map(teacher.detach())).square().sum(dim=1)
