"""Refuses what is 0 or less, which NaN isn't.

Text: "ValueError: ... one of the temperatures is 0, negative or NaN."
Input: [2.0, nan].
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if len(labels) == 0 or len(temperatures) == 0 or any(t <= 0 for t in temperatures):
        raise ValueError("nothing, or a bad temperature")
    z = logits.double()
    losses = [F.cross_entropy(z / t, labels).item() for t in temperatures]
    lowest = min(losses)
    place = next(i for i, loss in enumerate(losses) if loss <= lowest + 1e-9)
    return temperatures[place], losses[place]
