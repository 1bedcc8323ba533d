"""Compares the difference with its sign: far below -1 it stays a square.

Text: "h(u) = u^2 / 2 where |u| <= 1, |u| - 1/2 otherwise".
Input: a student whose distance is 3 units shorter than the teacher's: 4.5 for this entry; promised is 2.5.
"""
import torch
from torch import Tensor


def relation_loss(student: Tensor, teacher: Tensor) -> Tensor:
    u = relative_distances(student) - relative_distances(teacher.detach())
    return torch.where(u <= 1, u**2 / 2, u - 0.5).mean()
