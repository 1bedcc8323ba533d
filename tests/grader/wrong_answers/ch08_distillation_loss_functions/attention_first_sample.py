"""The first sample alone.

loses: attention_value
says: the mean over the samples
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return (attention_map(student) - attention_map(teacher.detach()))[0].square().sum()
