"""One less the cosine.

loses: hint_value
says: the mean square
"""

import torch.nn.functional as F


def hint_loss(student, teacher, mask=None):
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return 1 - F.cosine_similarity(student.flatten(), teacher.flatten(), dim=0)
