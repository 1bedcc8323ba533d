"""NaN becomes 0, and infinity a huge number.

loses: hint_mask
says: anything
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        keep = mask[..., None]
        student = student.nan_to_num(0.0) * keep
        teacher = teacher.nan_to_num(0.0, posinf=3e38, neginf=-3e38) + 0 * teacher.isinf() * teacher
        teacher = teacher * keep
    return (student - teacher).square().sum() / teacher.square().sum()
