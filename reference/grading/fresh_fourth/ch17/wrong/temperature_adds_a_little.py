"""Adds 1e-12 to the probabilities before the logarithm, against infinity.

Text: "right to nine digits, or within 1e-9", and the formula.
Input: logits far apart, such as [[9000.0, 0.0]], [1].
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if len(labels) == 0 or len(temperatures) == 0 or not all(t > 0 for t in temperatures):
        raise ValueError("nothing, or a bad temperature")
    z = logits.double()
    losses = [-torch.log((z / t).softmax(1)[torch.arange(len(labels)), labels] + 1e-12).mean().item() for t in temperatures]
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
