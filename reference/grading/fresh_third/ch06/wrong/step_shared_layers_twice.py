"""Walks through the layers and steps each layer's weights: what two layers share takes two steps.

Text: "two layers may share one. Each takes one step".
Input: a student whose second layer's weight is the first's: it moves by twice the learning rate times the gradient.
"""
import torch
from torch import Tensor, nn


def distillation_step(
    student: nn.Module,
    teacher: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    *,
    temperature: float,
    alpha: float,
    learning_rate: float,
) -> float:
    modes = [(layer, layer.training) for layer in teacher.modules()]
    teacher.eval()
    with torch.no_grad():
        targets = teacher(inputs.clone())
    for layer, mode in modes:
        layer.training = mode
    student.zero_grad()
    loss = distillation_loss(student(inputs.clone()), targets, labels, temperature=temperature, alpha=alpha)
    loss.backward()
    with torch.no_grad():
        for layer in student.modules():
            for weight in layer.parameters(recurse=False):
                weight.sub_(learning_rate * weight.grad)
    return loss.item()
