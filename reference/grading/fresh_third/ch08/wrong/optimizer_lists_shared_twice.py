"""Collects parameters layer by layer: one that two layers share is listed, and stepped, twice.

Text: "one that is shared by two of its layers is one parameter".
Input: a student whose second layer's weight is the first's: the optimizer holds it twice, and a step moves it twice.
"""
import torch
from torch import nn


def make_optimizer(
    student: nn.Module, loss: nn.Module, *, learning_rate: float, momentum: float
) -> torch.optim.Optimizer:
    parameters = []
    for module in (student, loss):
        for layer in module.modules():
            parameters.extend(layer.parameters(recurse=False))
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
