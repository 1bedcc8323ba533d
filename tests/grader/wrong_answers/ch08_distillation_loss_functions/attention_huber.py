"""A Huber loss.

loses: attention_value
says: squared distance
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def attention_loss(student, teacher):
    one, other = attention_map(student), attention_map(teacher.detach())
    return F.huber_loss(one, other, reduction="sum") / len(one)
