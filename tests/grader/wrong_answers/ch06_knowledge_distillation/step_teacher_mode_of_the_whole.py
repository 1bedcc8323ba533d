"""One mode is remembered for all layers.

loses: step_teacher_untouched
says: the caller goes on with
"""

# ruff: noqa: F821  what it calls is the solution's

import torch


def distillation_step(student, teacher, inputs, labels, *, temperature, alpha, learning_rate):
    modes = [(layer, layer.training) for layer in teacher.modules()]
    teacher.eval()
    with torch.no_grad():
        target = teacher(inputs)
    teacher.train(modes[0][1])
    student.zero_grad()
    loss = distillation_loss(student(inputs), target, labels, temperature=temperature, alpha=alpha)
    loss.backward()
    with torch.no_grad():
        for parameter in student.parameters():
            parameter -= learning_rate * parameter.grad
    return loss.item()
