"""Freezes the teacher for the step and thaws all of it afterwards, also what was frozen before.

Text: "After the call all about it is as it was before, whatever that was: parameters, their `grad` and `requires_grad`".
Input: a teacher whose parameters don't require gradients: after the call they do.
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
    modes = {layer: layer.training for layer in teacher.modules()}
    teacher.eval().requires_grad_(False)
    targets = teacher(inputs.clone())
    teacher.requires_grad_(True)
    for layer, mode in modes.items():
        layer.training = mode

    optimizer = torch.optim.SGD(student.parameters(), lr=learning_rate)
    optimizer.zero_grad()
    loss = distillation_loss(student(inputs.clone()), targets.detach(), labels, temperature=temperature, alpha=alpha)
    loss.backward()
    optimizer.step()
    return loss.item()
