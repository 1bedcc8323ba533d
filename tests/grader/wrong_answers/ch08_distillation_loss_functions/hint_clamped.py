"""The signal is clamped.

loses: hint_value
says: or clamped
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean().clamp(min=1e-6)
