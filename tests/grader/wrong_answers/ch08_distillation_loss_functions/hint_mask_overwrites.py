"""The padding is set to 0 in what was given.

loses: hint_mask
says: overwrite the padding
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        teacher[~mask] = 0
        if not student.requires_grad:
            student[~mask] = 0
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean()
