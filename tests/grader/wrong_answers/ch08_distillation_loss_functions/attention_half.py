"""Half of it, as in one less the cosine.

loses: attention_value
says: squared distance
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    return 1 - (attention_map(student) * attention_map(teacher.detach())).sum(dim=1).mean()
