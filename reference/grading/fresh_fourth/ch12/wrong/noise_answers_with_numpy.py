"""Computes in NumPy and gives its bool back.

Text: "True or False, a bool of Python: not one of NumPy, and no tensor."
Input: equal costs: type numpy.bool.
"""
import numpy as np
from torch import Tensor


def surely_dominates(
    cost_a: float, scores_a: Tensor, cost_b: float, scores_b: Tensor, z: float = 1.96
) -> bool:
    a, b = scores_a.double().numpy(), scores_b.double().numpy()
    if a.shape != b.shape:
        raise ValueError("pairs")
    d = a - b
    reach = z * d.std(ddof=1) / np.sqrt(len(d))
    better, worse = d.mean() - reach > 0, d.mean() + reach < 0
    return np.logical_and(np.logical_and(cost_a <= cost_b, ~worse), np.logical_or(cost_a < cost_b, better))
