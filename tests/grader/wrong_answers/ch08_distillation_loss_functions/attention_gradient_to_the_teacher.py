"""The teacher isn't detached.

loses: attention_value
says: the teacher is given
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return (attention_map(student) - attention_map(teacher)).square().sum(dim=1).mean()
