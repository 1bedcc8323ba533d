"""Takes the lowest of all, down to the last digit.

Text: "of all whose NLL is at most 1e-9 above the lowest, the one that stands first in the list".
Input: [[40.0, 0.0]], [0], temperatures [1.0, 0.5]: 0.5; promised is 1.0 (both are nearly 0).
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
    place = losses.index(lowest)
    return temperatures[place], losses[place]
