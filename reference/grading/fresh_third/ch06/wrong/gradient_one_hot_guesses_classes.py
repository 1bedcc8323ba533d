"""Lets one_hot count the classes from the labels: too few columns where the last class isn't in the batch.

Text: "labels: (N,) int64, the right classes, from 0", result "(N, classes)".
Input: 3 classes, labels [0, 1]: RuntimeError (3 against 2 columns); labels [0, 0] broadcasts one column over all.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def distillation_gradient(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    with torch.no_grad():
        p = soft_targets(teacher_logits, temperature)
        q = soft_targets(student_logits, temperature)
        right = F.one_hot(labels).to(student_logits.dtype)
        soft = temperature * (q - p)
        hard = soft_targets(student_logits, 1) - right
        return (alpha * soft + (1 - alpha) * hard) / len(labels)
