"""Asks which points dominate nobody, and not which nobody dominates: the other axis.

Text: "True where no point dominates."
Input: [[1.0], [2.0]], ["min"]: [False, True]; promised is [True, False].
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    n, m = points.shape
    if len(directions) != m or any(word not in ("min", "max") for word in directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    x = points.clone()
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    no_worse = (x[:, None] <= x[None]).all(2)
    better = (x[:, None] < x[None]).any(2)
    return ~(no_worse & better).any(1)
