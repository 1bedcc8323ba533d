"""Adds 1e-8 to the denominator: a teacher with features of 1e-6 has a mean square of 1e-12.

Text: "teacher: features of the same shape, of any size from 1e-6 to 1e6"; "divided by the mean of the teacher's squares".
Input: student 0, teacher [[1e-6, 1e-6]] gives 1e-4; promised is 1.
"""
from torch import Tensor


def hint_loss(student: Tensor, teacher: Tensor, mask: Tensor | None = None) -> Tensor:
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    return (student - teacher).pow(2).mean() / (teacher.pow(2).mean() + 1e-8)
