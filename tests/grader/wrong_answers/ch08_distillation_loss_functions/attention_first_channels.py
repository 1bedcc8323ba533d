"""Only as many channels as the student has are taken from the teacher.

loses: attention_value
says: squared distance
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def attention_loss(student, teacher):
    channels = min(student.shape[1], teacher.shape[1])
    one, other = attention_map(student[:, :channels]), attention_map(teacher.detach()[:, :channels])
    return (one - other).square().sum(dim=1).mean()
