"""A context manager of its own keeps the teacher; the step is torch.optim.SGD's."""
import torch
from torch import Tensor, nn


class _Borrowed:
    """A module in evaluation mode, which goes back as it came."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module

    def __enter__(self) -> nn.Module:
        self.modes = {layer: layer.training for layer in self.module.modules()}
        self.buffers = {layer: dict(layer._buffers) for layer in self.module.modules()}
        self.values = {id(b): b.clone() for b in self.module.buffers()}
        self.module.eval()
        return self.module

    def __exit__(self, *_) -> None:
        for layer, mode in self.modes.items():
            layer.training = mode
        for layer, buffers in self.buffers.items():
            for name, buffer in buffers.items():
                layer._buffers[name] = buffer
                if buffer is not None:
                    buffer.data.copy_(self.values[id(buffer)])


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
    with torch.no_grad(), _Borrowed(teacher) as reference:
        targets = reference(inputs.clone())
    descent = torch.optim.SGD(student.parameters(), lr=learning_rate)
    descent.zero_grad(set_to_none=True)
    loss = distillation_loss(student(inputs.clone()), targets, labels, temperature=temperature, alpha=alpha)
    loss.backward()
    descent.step()
    return loss.item()
