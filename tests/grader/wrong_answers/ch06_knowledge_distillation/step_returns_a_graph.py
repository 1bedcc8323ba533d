"""The loss is returned with its graph.

loses: step_student
says: keeps every batch in memory
"""

# ruff: noqa: F821  what it calls is the solution's

import torch


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
        for parameter in student.parameters():
            parameter -= learning_rate * parameter.grad
    return loss
