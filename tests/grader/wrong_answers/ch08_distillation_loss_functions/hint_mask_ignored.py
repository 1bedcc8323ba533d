"""The mask is taken and never used.

loses: hint_mask
says: padding
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    return (student - teacher).square().mean() / teacher.square().mean()
