"""1 is not subtracted at the right class.

loses: gradient_labels
says: less 1 at the right class
"""

# ruff: noqa: F821  what it calls is the solution's


def distillation_gradient(student_logits, teacher_logits, labels, *, temperature, alpha):
    student_logits, teacher_logits = student_logits.detach(), teacher_logits.detach()
    q = soft_targets(student_logits, temperature)
    p = soft_targets(teacher_logits, temperature)
    plain = soft_targets(student_logits, 1)
    return (alpha * temperature * (q - p) + (1 - alpha) * plain) / len(labels)
