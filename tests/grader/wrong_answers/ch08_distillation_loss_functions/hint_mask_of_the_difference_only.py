"""The signal is the mean over the padding, too.

loses: hint_mask
says: in both means
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    signal = teacher.square().mean()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / signal
