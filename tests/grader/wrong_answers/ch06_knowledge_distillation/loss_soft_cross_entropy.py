"""The cross-entropy with the teacher, whose own entropy is not subtracted.

loses: loss_soft_term
says: theirs less the student's
"""

import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, *, temperature, alpha):
    if not 0 <= alpha <= 1 or student_logits.shape != teacher_logits.shape:
        raise ValueError("alpha or a shape is wrong")
    soft = F.cross_entropy(student_logits / temperature, F.softmax(teacher_logits / temperature, dim=1))
    return alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)
