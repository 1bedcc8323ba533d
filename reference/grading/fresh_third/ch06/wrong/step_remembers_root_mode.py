"""Remembers only the mode of the teacher itself and puts all layers in that.

Text: "After the call all about it is as it was before, whatever that was: ... and the mode of each layer."
Input: a teacher in training mode whose batch-norm is in evaluation mode: after the call that layer is in training mode.
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
    was_training = teacher.training
    teacher.eval()
    with torch.no_grad():
        targets = teacher(inputs.clone())
    teacher.train(was_training)
    loss = distillation_loss(student(inputs.clone()), targets, labels, temperature=temperature, alpha=alpha)
    weights = list(student.parameters())
    with torch.no_grad():
        for weight, slope in zip(weights, torch.autograd.grad(loss, weights)):
            weight -= learning_rate * slope
    return loss.item()
