"""Mistake: starts the total as a float32 zero and adds in place, which keeps float32 for float64 scores.

With soft_penalty(torch.zeros(3, dtype=torch.float64)), the text promises a scalar tensor of the scores' dtype, float64; gives float32
(and the value with 7 digits: with one score of 1.0 0.7310585975646973 for 0.7310585786300049).
"""
import torch
from torch import Tensor


def soft_penalty(*layers: Tensor) -> Tensor:
    total = torch.tensor(0.0)
    count = 0
    for layer in layers:
        total += torch.sigmoid(layer).sum()
        count += layer.numel()
    return total / count
