"""Clears the gradients at the END of each step only: what an earlier run left counts in the first step.

Text: "Gradients of an earlier run may hang on the parameters, and must not count".
Input: nn.Linear(1, 2, bias=False) with weight [[1.], [0.]] and weight.grad = [[5.], [0.]], one batch ([[1.]], [0]), learning_rate = 1,
score_rate = 1 gives [[-4.731], [0.]]; promised is [[0.269], [0.]].
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    scores = {}
    for inputs, labels in batches:
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if parameter.dim() == 2:
                    before = scores.get(name, torch.zeros_like(parameter))
                    scores[name] = before - score_rate * parameter * parameter.grad
                parameter.sub_(learning_rate * parameter.grad)
                parameter.grad.zero_()
    return scores
