"""Right numbers, but computed with the student's graph: the result requires a gradient where the logits do.

Text: "No autograd graph hangs on it."
Input: student_logits that require a gradient: the result's requires_grad is True; promised is False.
"""
import torch.nn.functional as F
from torch import Tensor


def distillation_gradient(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    n, classes = student_logits.shape
    right = F.one_hot(labels, classes).to(student_logits.dtype)
    soft = temperature * (soft_targets(student_logits, temperature) - soft_targets(teacher_logits.detach(), temperature))
    hard = soft_targets(student_logits, 1.0) - right
    return (alpha * soft + (1 - alpha) * hard) / n
