"""Mistake: steps module by module, so that a parameter shared by two modules takes two steps a batch.

With a=Linear(2, 2), b=Linear(2, 2), b.weight=a.weight, model=Sequential(a, Tanh(), b), one batch and learning_rate=0.5, the text
promises that every parameter takes one step, a.weight - 0.5*gradient; gives a.weight - 1.0*gradient (the biases are right).
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    scores = {n: torch.zeros_like(p, requires_grad=False) for n, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name].sub_(score_rate * parameter * parameter.grad)
            for module in model.modules():
                for parameter in module.parameters(recurse=False):
                    parameter.sub_(learning_rate * parameter.grad)
    return scores
