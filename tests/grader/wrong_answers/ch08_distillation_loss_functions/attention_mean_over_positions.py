"""A mean over the positions, too.

loses: attention_value
says: summed over the positions
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return (attention_map(student) - attention_map(teacher.detach())).square().mean()
