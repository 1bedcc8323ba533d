"""A loss for each sample is returned.

loses: loss_soft_term
says: without dimensions
"""

import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, *, temperature, alpha):
    if not 0 <= alpha <= 1 or student_logits.shape != teacher_logits.shape:
        raise ValueError("alpha or a shape is wrong")
    p, q = (F.log_softmax(z / temperature, dim=1) for z in (teacher_logits, student_logits))
    soft = (p.exp() * (p - q)).sum(dim=1)
    return alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(student_logits, labels, reduction="none")
