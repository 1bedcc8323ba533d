"""Divided by the variance: what is left of the signal when its mean is taken off.

loses: hint_value
says: the mean square
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.var(correction=0)
