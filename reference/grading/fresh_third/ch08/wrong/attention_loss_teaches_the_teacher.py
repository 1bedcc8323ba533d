"""Lets gradients through to the teacher.

Text: "In every loss, gradients pass to what is the student's, and none to what is the teacher's."
Input: a teacher that requires a gradient gets one.
"""
from torch import Tensor


def attention_loss(student: Tensor, teacher: Tensor) -> Tensor:
    difference = attention_map(student) - attention_map(teacher)
    return (difference * difference).sum(dim=1).mean()
