"""Looks only for more scores of A than of B; in the other case PyTorch complains in its own way, or broadcasts.

Text: "ValueError: there aren't as many scores of one model as of the other."
Input: 5 scores of A and 6 of B: RuntimeError; promised is a ValueError.
"""
import torch
from torch import Tensor


def surely_dominates(
    cost_a: float, scores_a: Tensor, cost_b: float, scores_b: Tensor, z: float = 1.96
) -> bool:
    if len(scores_a) > len(scores_b):
        raise ValueError("pairs")
    d = scores_a.double() - scores_b.double()
    mean = d.mean().item()
    half = z * d.std().item() / len(d) ** 0.5
    better = mean - half > 0
    worse = mean + half < 0
    return bool(cost_a <= cost_b and not worse and (cost_a < cost_b or better))
