"""Mistake: scores every parameter of two dimensions OR MORE, so convolution kernels get scores too.

With model=Sequential(Conv2d(1, 2, 3), Flatten(), Linear(2, 2)) and a (1, 1, 3, 3) input, the text promises scores of every
parameter with two dimensions, so the key "2.weight" alone; gives "0.weight" (four dimensions) and "2.weight".
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    scores = {name: torch.zeros_like(p, requires_grad=False) for name, p in model.named_parameters() if p.ndim > 1}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] -= score_rate * parameter * parameter.grad
                parameter -= learning_rate * parameter.grad
    return scores
