"""Steps the parameters first, and multiplies the gradient with the weights AFTER the step.

Text: "Each step multiplies the weights, as they are before it, with their own gradient."
Input: nn.Linear(1, 2, bias=False) with weight [[1.], [0.]], one batch ([[1.]], [0]), learning_rate = 1, score_rate = 1: the gradient is
[[-0.269], [0.269]]; this gives [[0.341], [0.072]], promised is [[0.269], [0.]].
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    scores = {n: torch.zeros_like(p.data) for n, p in model.named_parameters() if p.dim() == 2}
    for inputs, labels in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in scores:
                    scores[name] -= score_rate * parameter * parameter.grad
    return scores
