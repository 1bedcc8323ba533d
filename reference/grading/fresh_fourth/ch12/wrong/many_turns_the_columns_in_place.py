"""Multiplies the columns that are to be large by -1 in the tensor that it was given.

Text: "don't modify what you are given."
Input: any with a "max": the argument is another one afterwards.
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    n, m = points.shape
    if len(directions) != m or any(word not in ("min", "max") for word in directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    x = points
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    no_worse = (x[:, None] <= x[None]).all(2)
    better = (x[:, None] < x[None]).any(2)
    return ~(no_worse & better).any(0)
