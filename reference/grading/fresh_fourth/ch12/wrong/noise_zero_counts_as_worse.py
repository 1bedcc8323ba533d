"""Takes an interval that ends at 0 for one below 0.

Text: "worse if it lies below 0 (its upper end is below 0)".
Input: the same scores twice, costs 4 and 5: False; promised is True.
"""
import torch
from torch import Tensor


def surely_dominates(
    cost_a: float, scores_a: Tensor, cost_b: float, scores_b: Tensor, z: float = 1.96
) -> bool:
    if len(scores_a) != len(scores_b):
        raise ValueError("pairs")
    d = scores_a.double() - scores_b.double()
    mean = d.mean().item()
    half = z * d.std().item() / len(d) ** 0.5
    better = mean - half > 0
    worse = mean + half <= 0
    return bool(cost_a <= cost_b and not worse and (cost_a < cost_b or better))
