"""True is taken for padding.

loses: hint_mask
says: counts
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None and not mask.all():
        student, teacher = student[~mask], teacher[~mask]
    return (student - teacher).square().mean() / teacher.square().mean()
