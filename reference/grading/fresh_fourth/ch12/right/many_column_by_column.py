"""An (N, N) table of truth values for each column in turn, combined on the way.
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    n, m = points.shape
    if len(directions) != m or set(directions) - {"min", "max"}:
        raise ValueError("words")
    if bool((points != points).any()):
        raise ValueError("NaN")
    never_worse = torch.ones(n, n, dtype=torch.bool)
    somewhere = torch.zeros(n, n, dtype=torch.bool)
    for column, word in zip(points.unbind(1), directions):
        rows, others = column.reshape(-1, 1), column.reshape(1, -1)
        if word == "max":
            rows, others = others, rows
        never_worse &= rows <= others
        somewhere |= rows < others
    return torch.logical_not((never_worse & somewhere).any(dim=0))
