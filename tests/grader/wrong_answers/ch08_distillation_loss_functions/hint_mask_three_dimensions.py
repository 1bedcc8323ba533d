"""The mask is taken for (N, tokens).

loses: hint_mask
says: an answer
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        _n, _tokens = mask.shape
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean()
