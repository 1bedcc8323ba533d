"""Takes costs for equal that math.isclose takes for equal.

Text: "They differ however close they are: they have no noise."
Input: the same scores twice, costs 1.0 and 1.0 + 1e-12: False; promised is True.
"""
import math

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
    same = math.isclose(cost_a, cost_b)
    return bool((same or cost_a < cost_b) and not worse and (better or (cost_a < cost_b and not same)))
