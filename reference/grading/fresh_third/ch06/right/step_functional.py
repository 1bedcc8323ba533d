"""torch.autograd.grad and copy_; the teacher's modes and buffers are written down before and put back after."""
import torch
from torch import Tensor, nn


def _answers(teacher: nn.Module, inputs: Tensor) -> Tensor:
    modes = [(layer, layer.training) for layer in teacher.modules()]
    buffers = [
        (layer, name, buffer, None if buffer is None else buffer.clone())
        for layer in teacher.modules()
        for name, buffer in layer._buffers.items()
    ]
    try:
        teacher.eval()
        with torch.no_grad():
            return teacher(inputs.clone()).clone()
    finally:
        for layer, mode in modes:
            layer.training = mode
        for layer, name, buffer, values in buffers:
            if buffer is not None:
                with torch.no_grad():
                    buffer.copy_(values)
            layer._buffers[name] = buffer


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
    targets = _answers(teacher, inputs)
    loss = distillation_loss(student(inputs.clone()), targets, labels, temperature=temperature, alpha=alpha)
    parameters = tuple(student.parameters())
    slopes = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for parameter, slope in zip(parameters, slopes):
            parameter.copy_(parameter - learning_rate * slope)
    return float(loss)
