"""A share for each sample, and their mean.

loses: hint_value
says: both means over everything
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    apart = (student - teacher).square().flatten(1).sum(1)
    return (apart / teacher.square().flatten(1).sum(1)).mean()
