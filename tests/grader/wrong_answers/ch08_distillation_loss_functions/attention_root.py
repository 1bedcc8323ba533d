"""The distance, not its square.

loses: attention_value
says: squared distance
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return (attention_map(student) - attention_map(teacher.detach())).norm(dim=1).mean()
