"""At equal costs it's enough not to be worse.

Text: "A dominates B if it costs no more and isn't worse, and costs less or is better."
Input: the same scores twice, equal costs: True; promised is False.
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
    worse = mean + half < 0
    return bool(cost_a <= cost_b and not worse)
