"""Computes in float64, also with int64: large whole numbers become equal.

Text: "numbers differ however close they are; whole ones are below 2**62 in size."
Input: [[2**61 + 1], [2**61]], ["min"]: [True, True]; promised is [False, True].
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    n, m = points.shape
    if len(directions) != m or any(word not in ("min", "max") for word in directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    x = points.to(torch.float64, copy=True)
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    no_worse = (x[:, None] <= x[None]).all(2)
    better = (x[:, None] < x[None]).any(2)
    return ~(no_worse & better).any(0)
