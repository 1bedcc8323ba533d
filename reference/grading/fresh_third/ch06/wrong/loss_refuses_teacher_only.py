"""Refuses alpha = 1: reads the range as half open.

Text: "alpha: ... 0 (labels only) to 1 (teacher only), both included".
Input: alpha 1.0 raises ValueError; promised is the soft term alone.
"""
import torch.nn.functional as F
from torch import Tensor


def distillation_loss(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    if not 0 <= alpha < 1:
        raise ValueError("alpha is out of range")
    if student_logits.shape != teacher_logits.shape:
        raise ValueError("student and teacher differ in shape")
    soft = F.kl_div(
        F.log_softmax(student_logits / temperature, dim=1),
        F.log_softmax(teacher_logits.detach() / temperature, dim=1),
        reduction="batchmean",
        log_target=True,
    )
    return alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)
