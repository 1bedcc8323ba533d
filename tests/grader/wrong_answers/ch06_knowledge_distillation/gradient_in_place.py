"""Makes the difference in the student's logits.

loses: gradient_soft_term
says: does the function work in
"""

# ruff: noqa: F821  what it calls is the solution's

import torch.nn.functional as F


def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    student_logits, teacher_logits = student_logits.detach(), teacher_logits.detach()
    q = soft_targets(student_logits, temperature)
    p = soft_targets(teacher_logits, temperature)
    plain = soft_targets(student_logits, 1)
    student_logits.sub_(teacher_logits)
    right = F.one_hot(labels, student_logits.shape[1])
    return (alpha * temperature * (q - p) + (1 - alpha) * (plain - right)) / len(labels)
