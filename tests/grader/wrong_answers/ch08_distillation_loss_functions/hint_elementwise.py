"""A share for each number.

loses: hint_value
says: both means over everything
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    signal = teacher.square()
    return ((student - teacher).square() / signal.clamp_min(1e-20)).mean()
