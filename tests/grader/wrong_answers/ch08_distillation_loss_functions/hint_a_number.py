"""A number of Python, which no gradient passes.

loses: hint_value
says: a tensor
"""


def hint_loss(student, teacher, mask=None):
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return ((student - teacher).square().mean() / teacher.square().mean()).item()
