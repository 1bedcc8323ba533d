"""Computes the loss that it returns in a pass of its own, before the one that it trains by.

Text: "The batch passes through the student once".
Input: a student with batch-norm in training mode: its running statistics take the batch in twice
(and with dropout, the loss that is returned isn't the one of the step).
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

    def current() -> Tensor:
        return distillation_loss(student(inputs.clone()), targets, labels, temperature=temperature, alpha=alpha)

    with torch.no_grad():
        before = current().item()
    optimizer = torch.optim.SGD(student.parameters(), lr=learning_rate)
    optimizer.zero_grad()
    current().backward()
    optimizer.step()
    return before
