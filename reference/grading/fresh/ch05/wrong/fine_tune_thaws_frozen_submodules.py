"""Mistake: sets the whole model to the mode of its root, so that a batch norm that was frozen (in evaluation mode inside a
model in training mode) is in training mode again, in the run and after it.

With model=Sequential(BatchNorm1d(2), Linear(2, 2)), model.train(), model[0].eval(), and the batch ([[2, 1], [0, -1]], [0, 1]),
the text promises that the model is run in the mode that it is in, and stays in: model[0].training False and running_mean
[0, 0]; gives model[0].training True and running_mean [0.1, 0.0], and other scores.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    mode = model.training
    scores = {n: torch.zeros_like(p, requires_grad=False) for n, p in model.named_parameters() if p.ndim == 2}
    for inputs, labels in batches:
        model.train(mode)  # a layer may have changed it in its forward pass
        model.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if parameter.ndim == 2:
                    scores[name] -= score_rate * parameter * parameter.grad
                parameter -= learning_rate * parameter.grad
    model.train(mode)
    return scores
