"""The student's features are overwritten.

loses: hint_value
says: in place
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    apart = student.detach().sub_(teacher) if not student.requires_grad else student - teacher
    return apart.square().mean() / teacher.square().mean()
