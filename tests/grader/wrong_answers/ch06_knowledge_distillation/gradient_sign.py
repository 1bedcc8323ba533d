"""The teacher less the student: uphill.

loses: gradient_soft_term
says: less the teacher's
"""

# ruff: noqa: F821  what it calls is the solution's

import torch.nn.functional as F


def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    student_logits, teacher_logits = student_logits.detach(), teacher_logits.detach()
    q = soft_targets(student_logits, temperature)
    p = soft_targets(teacher_logits, temperature)
    plain = soft_targets(student_logits, 1)
    right = F.one_hot(labels, student_logits.shape[1])
    return (alpha * temperature * (p - q) + (1 - alpha) * (plain - right)) / len(labels)
