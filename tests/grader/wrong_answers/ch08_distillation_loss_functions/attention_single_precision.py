"""The loss is float32.

loses: attention_value
says: dtype
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    apart = attention_map(student) - attention_map(teacher.detach())
    return apart.float().square().sum(dim=1).mean()
