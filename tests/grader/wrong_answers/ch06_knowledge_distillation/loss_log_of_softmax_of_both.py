"""Logarithms of two softmaxes, and their difference.

loses: loss_limits
says: not the log of a softmax
"""

# ruff: noqa: F821  what it calls is the solution's

import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, *, temperature, alpha):
    if not 0 <= alpha <= 1 or student_logits.shape != teacher_logits.shape:
        raise ValueError("alpha or a shape is wrong")
    p = soft_targets(teacher_logits, temperature)
    q = soft_targets(student_logits, temperature)
    soft = (p * (p.log() - q.log())).sum(dim=1).mean()
    return alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)
