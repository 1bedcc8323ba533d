"""`view` on what isn't contiguous.

loses: hint_value
says: view
"""


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    apart = student.view(-1) - teacher.view(-1)
    return apart.square().mean() / teacher.square().mean()
