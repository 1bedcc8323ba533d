"""The plain mean squared error.

loses: hint_value
says: the mean square
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean()
