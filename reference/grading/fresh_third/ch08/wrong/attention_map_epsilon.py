"""Adds 1e-6 to each map's length against 0 / 0: a layer with numbers of 1e-4 has a map of length 1e-8.

Text: "its largest number is of a size from 1e-4 to 1e4"; "brought to length 1".
Input: features all 1e-4, (1, 1, 1, 1), gives 0.0099; promised is 1.
"""
from torch import Tensor


def attention_map(features: Tensor) -> Tensor:
    strength = features.pow(2).mean(dim=1).flatten(1)
    return strength / (strength.norm(dim=1, keepdim=True) + 1e-6)
