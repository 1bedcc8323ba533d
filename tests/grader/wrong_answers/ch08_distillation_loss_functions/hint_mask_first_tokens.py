"""Only the first token of each sequence counts.

loses: hint_mask
says: no padding
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None and mask.ndim > 1:
        student, teacher, mask = student[:, :1], teacher[:, :1], mask[:, :1]
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean()
