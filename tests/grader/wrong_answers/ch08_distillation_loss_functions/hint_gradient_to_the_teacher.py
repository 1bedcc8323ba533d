"""The teacher isn't detached.

loses: hint_gradient
says: the teacher is given
"""


def hint_loss(student, teacher, mask=None):
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean()
