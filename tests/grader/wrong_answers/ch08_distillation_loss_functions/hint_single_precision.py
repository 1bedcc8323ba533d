"""All is computed in float32.

loses: hint_value
says: float64 stays float64
"""


def hint_loss(student, teacher, mask=None):
    student, teacher = student.float(), teacher.detach().float()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).square().mean() / teacher.square().mean()
