"""Asks for the same memory in place of the same object: another parameter over the same numbers counts as held.

Text: "A parameter is held if it is one of the optimizer's, not if it is equal to one."
Input: the optimizer holds nn.Parameter(p.data) in place of p: gives []; promised is p's name.
"""
import torch
from torch import nn


def unseen_parameters(optimizer: torch.optim.Optimizer, student: nn.Module, projector: nn.Module) -> list[str]:
    held = {p.data_ptr() for group in optimizer.param_groups for p in group["params"]}
    named = [("student." + n, p) for n, p in student.named_parameters()]
    named += [("projector." + n, p) for n, p in projector.named_parameters()]
    return [name for name, p in named if p.requires_grad and p.data_ptr() not in held]
