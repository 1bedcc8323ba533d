"""Averages the logarithms of the probabilities, and takes the softmax of that: a geometric mean, in which one teacher has a veto.

Text: "So the mean is taken of the softened probabilities, each teacher with its weight."
Input: logits [[40., -40.]] and [[-2., 2.]], equal weights: class 1 gets nearly nothing; promised: nearly a half.
"""
from torch import Tensor


def mean_of_teachers(logits: list[Tensor], weights: list[float], temperature: float) -> Tensor:
    if len(logits) != len(weights) or min(weights) < 0 or max(weights) == 0:
        raise ValueError("weights")
    total = sum(weights)
    log_mean = sum(w / total * (each / temperature).log_softmax(dim=1) for each, w in zip(logits, weights))
    return log_mean.softmax(dim=1)
