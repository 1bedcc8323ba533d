"""Gives scores to everything with two dimensions OR MORE: a convolution's weight has one too.

Text: "The scores ... of every parameter with two dimensions (just two), whatever its layer".
Input: nn.Sequential(nn.Conv1d(1, 1, 1), nn.Flatten(), nn.Linear(2, 2)) gives "0.weight" and "2.weight"; promised is "2.weight" alone.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def fine_tune(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], *, learning_rate: float, score_rate: float
) -> dict[str, Tensor]:
    scores = {name: torch.zeros_like(p, requires_grad=False) for name, p in model.named_parameters() if p.ndim >= 2}
    for inputs, labels in batches:
        model.zero_grad()
        F.cross_entropy(model(inputs), labels).backward()
        with torch.no_grad():
            for name, p in model.named_parameters():
                if name in scores:
                    scores[name].addcmul_(p, p.grad, value=-score_rate)
                p -= learning_rate * p.grad
    return scores
