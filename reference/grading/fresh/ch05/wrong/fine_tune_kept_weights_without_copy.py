"""Mistake: keeps "the weights before the step" by detach() alone, without a copy; the optimizer's step changes them too,
so that each gradient meets the weights after its step (stale).

With Linear(2, 2) of weight [[1, -2], [0, 0.5]] and bias 0, the input [[2, 1]], label 0, learning_rate=0.5, score_rate=2, the
gradient of weight[0, 0] is -2*sigmoid(0.5) = -1.245, and the text promises the score 2*1*1.245 = 2.49; gives 2*1.622*1.245 =
4.04.
"""
import torch
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    matrices = {name: p for name, p in model.named_parameters() if p.dim() == 2}
    scores = {name: torch.zeros_like(p).detach() for name, p in matrices.items()}
    for inputs, labels in batches:
        before = {name: p.detach() for name, p in matrices.items()}
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
        for name, p in matrices.items():
            scores[name] = scores[name] - score_rate * before[name] * p.grad
    return scores
