"""The teacher's answer is made hard.

loses: step_teacher_answer
says: the teacher answers in evaluation
"""

# ruff: noqa: F821  what it calls is the solution's

import torch
import torch.nn.functional as F


def distillation_step(student, teacher, inputs, labels, *, temperature, alpha, learning_rate):
    modes = [(layer, layer.training) for layer in teacher.modules()]
    teacher.eval()
    with torch.no_grad():
        target = teacher(inputs)
    for layer, mode in modes:
        layer.training = mode
    target = 10 * F.one_hot(target.argmax(dim=1), target.shape[1]).to(target.dtype)
    student.zero_grad()
    loss = distillation_loss(student(inputs), target, labels, temperature=temperature, alpha=alpha)
    loss.backward()
    with torch.no_grad():
        for parameter in student.parameters():
            parameter -= learning_rate * parameter.grad
    return loss.item()
