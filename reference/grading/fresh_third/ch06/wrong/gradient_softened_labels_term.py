"""Uses the softened student in the labels' term as well.

Text: "CE(y, p_1(s))": the second term has the temperature 1.
Input: student [[2., 0.]], label 0, alpha 0, temperature 2 gives [-0.269, 0.269]; promised is [-0.119, 0.119].
"""
import torch
import torch.nn.functional as F
from torch import Tensor


@torch.no_grad()
def distillation_gradient(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    student = soft_targets(student_logits, temperature)
    teacher = soft_targets(teacher_logits, temperature)
    right = F.one_hot(labels, student_logits.shape[1]).to(student.dtype)
    return (alpha * temperature * (student - teacher) + (1 - alpha) * (student - right)) / student.shape[0]
