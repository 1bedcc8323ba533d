"""The teacher is switched off for good.

loses: hint_gradient
says: requires_grad
"""


def hint_loss(student, teacher, mask=None):
    teacher.requires_grad_(False)
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean()
