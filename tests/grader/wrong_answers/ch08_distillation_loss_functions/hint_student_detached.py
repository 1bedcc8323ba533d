"""The student is detached in the teacher's place.

loses: hint_gradient
says: gradient
"""


def hint_loss(student, teacher, mask=None):
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student.detach() - teacher).square().mean() / teacher.detach().square().mean()
