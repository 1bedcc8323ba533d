"""Looks for NaN in the sum: plus and minus infinity add up to NaN, too.

Text: "Infinite numbers are allowed"; the ValueError is for "a number is NaN".
Input: [[inf, 0.0], [-inf, 0.0]], ["min", "min"]: ValueError; promised is [False, True].
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    n, m = points.shape
    if len(directions) != m or any(word not in ("min", "max") for word in directions):
        raise ValueError("directions")
    if points.double().sum().isnan():
        raise ValueError("NaN")
    x = points.clone()
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    no_worse = (x[:, None] <= x[None]).all(2)
    better = (x[:, None] < x[None]).any(2)
    return ~(no_worse & better).any(0)
