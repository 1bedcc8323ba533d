"""Of equal losses it takes the smallest temperature.

Text: "the one that stands first in the list".
Input: logits of ones, temperatures [3, 1]: 1; promised is 3.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if len(labels) == 0 or len(temperatures) == 0 or not all(t > 0 for t in temperatures):
        raise ValueError("nothing, or a bad temperature")
    z = logits.double()
    losses = [F.cross_entropy(z / t, labels).item() for t in temperatures]
    lowest = min(losses)
    place = min((t, i) for i, t in enumerate(temperatures) if losses[i] <= lowest + 1e-9)[1]
    return temperatures[place], losses[place]
