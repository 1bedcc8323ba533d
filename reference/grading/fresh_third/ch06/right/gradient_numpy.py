"""In NumPy and float64; the labels are taken off with fancy indices."""
import numpy as np
import torch
from torch import Tensor


def distillation_gradient(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, *, temperature: float, alpha: float
) -> Tensor:
    student, teacher = student_logits.detach().double(), teacher_logits.detach().double()
    q = soft_targets(student, temperature).numpy()
    p = soft_targets(teacher, temperature).numpy()
    plain = soft_targets(student, 1.0).numpy().copy()
    plain[np.arange(len(plain)), labels.numpy()] -= 1.0
    gradient = (alpha * temperature * (q - p) + (1.0 - alpha) * plain) / len(plain)
    return torch.from_numpy(gradient).to(student_logits.dtype)
