"""The default reduction: over samples and classes.

loses: loss_soft_term
says: divided by the classes as well
"""

import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, *, temperature, alpha):
    if not 0 <= alpha <= 1 or student_logits.shape != teacher_logits.shape:
        raise ValueError("alpha or a shape is wrong")
    soft = F.kl_div(
        F.log_softmax(student_logits / temperature, dim=1),
        F.log_softmax(teacher_logits / temperature, dim=1),
        reduction="mean",
        log_target=True,
    )
    hard = F.cross_entropy(student_logits, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
