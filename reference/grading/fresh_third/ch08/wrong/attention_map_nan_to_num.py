"""Turns the NaN of a sample of zeros into 0 after the division: the gradient of 0 / 0 stays NaN.

Text: "A sample that is 0 throughout gives 0, and the gradient 0."
Input: a sample of zeros: the map is 0, its gradient NaN; promised is 0.
"""
import torch
from torch import Tensor


def attention_map(features: Tensor) -> Tensor:
    strength = features.square().mean(dim=1).flatten(start_dim=1)
    length = torch.linalg.vector_norm(strength, dim=1, keepdim=True)
    return torch.nan_to_num(strength / length, nan=0.0)
