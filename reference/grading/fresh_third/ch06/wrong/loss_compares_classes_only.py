"""Compares the numbers of classes only: a teacher with one row is spread over the batch in silence.

Text: "Raises: ValueError: ... the two logits differ in shape."
Input: student (3, 4), teacher (1, 4): a number comes out; promised is a ValueError.
"""
import torch.nn.functional as F
from torch import Tensor


def distillation_loss(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    if alpha < 0 or alpha > 1:
        raise ValueError("alpha must be between 0 and 1")
    if student_logits.shape[1] != teacher_logits.shape[1]:
        raise ValueError("student and teacher have different classes")
    log_q = F.log_softmax(student_logits / temperature, dim=1)
    log_p = F.log_softmax(teacher_logits.detach() / temperature, dim=1)
    soft = (log_p.exp() * (log_p - log_q)).sum(dim=1).mean()
    return alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)
