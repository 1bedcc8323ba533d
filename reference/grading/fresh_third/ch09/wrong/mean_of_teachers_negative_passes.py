"""Looks at the sum of the weights alone: a negative one passes, if the others outweigh it.

Text: "ValueError: ... one is negative".
Input: weights [3., -1.] raise nothing; promised: ValueError.
"""
import torch
import torch.nn.functional as F
from torch import Tensor


def mean_of_teachers(logits: list[Tensor], weights: list[float], temperature: float) -> Tensor:
    if len(logits) != len(weights):
        raise ValueError("one weight for each teacher")
    total = sum(weights)
    if total <= 0:
        raise ValueError("the weights are all 0")
    mean = torch.zeros_like(logits[0])
    for teacher, weight in zip(logits, weights):
        mean = mean + weight / total * F.softmax(teacher / temperature, dim=1)
    return mean
