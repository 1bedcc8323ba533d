"""The parameters are replaced by new ones.

loses: step_student
says: dead ones
"""

# ruff: noqa: F821  what it calls is the solution's

import torch
from torch import nn


def distillation_step(student, teacher, inputs, labels, *, temperature, alpha, learning_rate):
    modes = [(layer, layer.training) for layer in teacher.modules()]
    teacher.eval()
    with torch.no_grad():
        target = teacher(inputs)
    for layer, mode in modes:
        layer.training = mode
    student.zero_grad()
    loss = distillation_loss(student(inputs), target, labels, temperature=temperature, alpha=alpha)
    loss.backward()
    with torch.no_grad():
        for layer in student.modules():
            for name, parameter in list(layer._parameters.items()):
                if parameter is not None:
                    setattr(layer, name, nn.Parameter(parameter - learning_rate * parameter.grad))
    return loss.item()
