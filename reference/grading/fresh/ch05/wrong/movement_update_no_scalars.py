"""Mistake: builds the new scores row by row, which a single number has none of (zero-dimensional tensors).

With scores=torch.tensor(1.0), weight=torch.tensor(2.0), gradient=torch.tensor(-1.0), score_rate=0.5, the text promises
("any shape, a single number's too") torch.tensor(2.0); gives TypeError: iteration over a 0-d tensor.
"""
import torch
from torch import Tensor


def movement_update(scores: Tensor, weight: Tensor, gradient: Tensor, *, score_rate: float) -> Tensor:
    rows = [s - score_rate * w * g for s, w, g in zip(scores, weight, gradient)]
    return torch.stack(rows)
