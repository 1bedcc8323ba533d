"""Replaces padding after the arithmetic: the value is right, but NaN comes back through the gradient.

Text: "Padding gets the gradient 0", "which may hold anything on both sides, NaN and infinity too".
Input: teacher NaN at a masked position: the student's gradient there is NaN; promised is 0.
"""
import torch
from torch import Tensor


def hint_loss(student: Tensor, teacher: Tensor, mask: Tensor | None = None) -> Tensor:
    teacher = teacher.detach()
    error, signal = (student - teacher) ** 2, teacher**2
    if mask is not None:
        counts = mask.unsqueeze(-1)
        nothing = torch.zeros((), dtype=student.dtype, device=student.device)
        error, signal = torch.where(counts, error, nothing), torch.where(counts, signal, nothing)
    return error.sum() / signal.sum()
