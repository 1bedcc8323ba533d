"""Adds 1e-8 to the sum of the weights before it divides, "against dividing by 0": with tiny weights the rows no longer sum to 1.

Text: "Only their ratios count"; "each row sums to 1".
Input: weights [1e-9, 1e-9]: rows sum to 0.17.
"""
import torch
from torch import Tensor


def mean_of_teachers(logits: list[Tensor], weights: list[float], temperature: float) -> Tensor:
    if len(weights) != len(logits):
        raise ValueError("as many weights as teachers, please")
    if any(w < 0 for w in weights) or not any(weights):
        raise ValueError("weights are from 0, and not all 0")
    normal = [w / (sum(weights) + 1e-8) for w in weights]
    probabilities = torch.stack([(each / temperature).softmax(dim=1) for each in logits])
    return torch.einsum("t,tnc->nc", torch.tensor(normal, dtype=logits[0].dtype), probabilities)
