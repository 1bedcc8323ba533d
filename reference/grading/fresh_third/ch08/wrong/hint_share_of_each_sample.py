"""Takes the share of each position's features by itself and averages the shares.

Text: "the mean squared difference over all numbers that count, divided by the mean of the teacher's squares over the same numbers".
Input: student [[0.], [10.]], teacher [[1.], [10.]] gives 0.5; promised is 1/101.
"""
from torch import Tensor


def hint_loss(student: Tensor, teacher: Tensor, mask: Tensor | None = None) -> Tensor:
    teacher = teacher.detach()
    if mask is not None:
        student, teacher = student[mask], teacher[mask]
    missed = (student - teacher).square().mean(dim=-1)
    return (missed / teacher.square().mean(dim=-1)).mean()
