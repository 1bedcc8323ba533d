"""Divides the labels' term by the batch, as cross_entropy does, and forgets it for the soft term.

Text: "Both terms are means over the samples of the batch", "its own part in the gradient of the batch's loss".
Input: two samples, alpha 1: the result is twice what is promised; with one sample it is right.
"""
import torch
from torch import Tensor


@torch.no_grad()
def distillation_gradient(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    rows = torch.arange(len(labels), device=labels.device)
    hard = soft_targets(student_logits, 1)
    hard[rows, labels] -= 1
    hard /= len(labels)
    soft = temperature * (soft_targets(student_logits, temperature) - soft_targets(teacher_logits, temperature))
    return alpha * soft + (1 - alpha) * hard
