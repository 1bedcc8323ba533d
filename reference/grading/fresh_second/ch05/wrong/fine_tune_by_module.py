"""Walks over the modules and steps each one's own parameters: a parameter that two layers share takes two steps in each batch.

Text: "two layers may share one ... in each batch, every parameter takes one step"; "under its name in `model.named_parameters()`".
Input: layers 0 and 1 = nn.Linear(2, 2, bias=False) with 1.weight = 0.weight: it moves by 2 * learning_rate * gradient, and there are scores for
"0.weight" and "1.weight"; promised are one step, and "0.weight" alone.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    scores = {}
    for inputs, labels in batches:
        model.zero_grad(set_to_none=True)
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for prefix, module in model.named_modules():
                for name, parameter in module.named_parameters(prefix=prefix, recurse=False):
                    if parameter.ndim == 2:
                        change = score_rate * parameter * parameter.grad
                        scores[name] = scores[name] - change if name in scores else -change
                    parameter -= learning_rate * parameter.grad
    return scores
