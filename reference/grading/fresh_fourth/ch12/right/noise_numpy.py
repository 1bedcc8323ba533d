"""NumPy, and an early answer for each case.
"""
import numpy as np
from torch import Tensor


def surely_dominates(
    cost_a: float, scores_a: Tensor, cost_b: float, scores_b: Tensor, z: float = 1.96
) -> bool:
    if scores_a.shape != scores_b.shape:
        raise ValueError("shapes")
    d = scores_a.numpy().astype(np.float64) - scores_b.numpy().astype(np.float64)
    error = np.sqrt(((d - d.mean()) ** 2).sum() / (d.size - 1) / d.size)
    low, high = float(d.mean() - z * error), float(d.mean() + z * error)
    if cost_a > cost_b:
        return False
    if cost_a == cost_b:
        return low > 0
    return not high < 0
