"""An epsilon in the denominator.

loses: hint_value
says: a share has no unit
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / (teacher.square().mean() + 1e-8)
