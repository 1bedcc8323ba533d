"""torch.autograd.grad gives the gradients without touching .grad; they stand in a list beside the (deduplicated) parameters."""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    names, parameters = zip(*model.named_parameters(), strict=True)
    moved = {name: torch.zeros_like(p).detach() for name, p in zip(names, parameters, strict=True) if len(p.shape) == 2}
    for inputs, labels in batches:
        loss = F.cross_entropy(model(inputs), labels)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for name, parameter, gradient in zip(names, parameters, gradients, strict=True):
                if name in moved:
                    moved[name] -= score_rate * (parameter * gradient)
                parameter.sub_(gradient, alpha=learning_rate)
    return moved
