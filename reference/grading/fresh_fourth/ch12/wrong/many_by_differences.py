"""Compares by differences: infinity less infinity is NaN, and neither no worse nor better.

Text: "Infinite numbers are allowed".
Input: [[inf, 1.0], [inf, 2.0]], ["min", "min"]: [True, True]; promised is [True, False].
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
    gap = x[:, None] - x[None]
    no_worse = (gap <= 0).all(2)
    better = (gap < 0).any(2)
    return ~(no_worse & better).any(0)
