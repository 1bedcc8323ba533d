"""With no points it answers before it has looked at the words.

Text: "ValueError: there are not M words, one is another word" (N from 0).
Input: torch.zeros(0, 2), ["min"]: an empty tensor; promised is a ValueError.
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    if len(points) == 0:
        return torch.zeros(0, dtype=torch.bool)
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
    return ~(no_worse & better).any(0)
