"""Goes through the list and takes a new one only where it's better than the present one by more than 1e-9: that counts from the wrong number.

Text: "of all whose NLL is at most 1e-9 above the lowest, the one that stands first in the list".
Input: losses x + 1.4e-9, x + 0.7e-9, x in this order: the first; promised is the second. (And it returns its loss.)
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def best_temperature(logits: Tensor, labels: Tensor, temperatures: list[float]) -> tuple[float, float]:
    if len(labels) == 0 or len(temperatures) == 0 or not all(t > 0 for t in temperatures):
        raise ValueError("nothing, or a bad temperature")
    z = logits.double()
    losses = [F.cross_entropy(z / t, labels).item() for t in temperatures]
    place = 0
    for i, loss in enumerate(losses):
        if loss < losses[place] - 1e-9:
            place = i
    return temperatures[place], losses[place]
