"""Adds 1e-8 to the sum "so that nothing is divided by zero": invisible in float32, wrong in float64.

Text: "of the logits' dtype and as exact as that is".
Input: logits [[0.]] in float64, any temperature gives 0.99999999; promised is 1.
"""
import torch
from torch import Tensor


def soft_targets(logits: Tensor, temperature: float) -> Tensor:
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    top = logits.max(dim=1, keepdim=True).values.detach()
    weights = torch.exp((logits - top) / temperature)
    return weights / (weights.sum(dim=1, keepdim=True) + 1e-8)
