"""Both are brought to the same length first, so that the student's size doesn't count.

loses: hint_value
says: the mean square
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    s, t = student / student.norm().clamp_min(1e-30), teacher / teacher.norm()
    return (s - t).square().sum()
