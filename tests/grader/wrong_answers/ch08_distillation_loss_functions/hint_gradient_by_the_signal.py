"""The teacher is detached in the difference, and not in the signal.

loses: hint_gradient
says: mean square
"""


def hint_loss(student, teacher, mask=None):
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher.detach()).square().mean() / teacher.square().mean()
