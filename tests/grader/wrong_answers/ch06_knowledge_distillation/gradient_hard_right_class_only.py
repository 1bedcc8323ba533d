"""Only the right class gets a gradient.

loses: gradient_labels
says: less 1 at the right class
"""

# ruff: noqa: F821  what it calls is the solution's

import torch.nn.functional as F


def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    student_logits, teacher_logits = student_logits.detach(), teacher_logits.detach()
    q = soft_targets(student_logits, temperature)
    p = soft_targets(teacher_logits, temperature)
    plain = soft_targets(student_logits, 1)
    right = F.one_hot(labels, student_logits.shape[1])
    return (alpha * temperature * (q - p) + (1 - alpha) * (plain - 1) * right) / len(labels)
