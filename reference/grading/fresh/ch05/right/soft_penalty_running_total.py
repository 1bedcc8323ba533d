"""Unusual but correct: a generator of the layers' sums, added up by Python; no tensor is concatenated."""
from torch import Tensor


def soft_penalty(*layers: Tensor) -> Tensor:
    count = sum(layer.numel() for layer in layers)
    return sum(layer.sigmoid().sum() for layer in layers) / count
