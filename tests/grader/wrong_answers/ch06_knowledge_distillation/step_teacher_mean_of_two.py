"""The teacher's answers in both modes are averaged, on copies.

loses: step_teacher_answer
says: evaluation mode
"""

# ruff: noqa: F821  what it calls is the solution's

import copy

import torch


def distillation_step(student, teacher, inputs, labels, *, temperature, alpha, learning_rate):
    modes = [(layer, layer.training) for layer in teacher.modules()]
    teacher.eval()
    with torch.no_grad():
        target = (teacher(inputs) + copy.deepcopy(teacher).train()(inputs)) / 2
    for layer, mode in modes:
        layer.training = mode
    student.zero_grad()
    loss = distillation_loss(student(inputs), target, labels, temperature=temperature, alpha=alpha)
    loss.backward()
    with torch.no_grad():
        for parameter in student.parameters():
            parameter -= learning_rate * parameter.grad
    return loss.item()
