"""Subtracts first, in the dtypes as they come (truth values as ints), and makes float64 of the differences.

Text: "They are subtracted in float64."
Input: int64 [2**24 + 1, 2**24 + 1] less float32 [2**24, 2**24], equal costs: False; promised is True.
"""
import torch
from torch import Tensor


def surely_dominates(
    cost_a: float, scores_a: Tensor, cost_b: float, scores_b: Tensor, z: float = 1.96
) -> bool:
    if len(scores_a) != len(scores_b):
        raise ValueError("pairs")
    a, b = (s.long() if s.dtype == torch.bool else s for s in (scores_a, scores_b))
    d = (a - b).double()
    mean = d.mean().item()
    half = z * d.std().item() / len(d) ** 0.5
    better = mean - half > 0
    worse = mean + half < 0
    return bool(cost_a <= cost_b and not worse and (cost_a < cost_b or better))
