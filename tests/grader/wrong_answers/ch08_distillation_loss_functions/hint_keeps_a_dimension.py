"""The result has a dimension.

loses: hint_value
says: the mean squared difference over all numbers
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    loss = (student - teacher).square().mean() / teacher.square().mean()
    return loss.view(1)
