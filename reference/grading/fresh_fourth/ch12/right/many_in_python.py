"""Plain loops over rows of Python numbers.
"""
import torch
from torch import Tensor


def non_dominated(points: Tensor, directions: list[str]) -> Tensor:
    width = points.size(1)
    if len(directions) != width:
        raise ValueError("one word a column")
    for word in directions:
        if word != "min" and word != "max":
            raise ValueError(word)
    rows = points.tolist()
    if any(x != x for row in rows for x in row):
        raise ValueError("NaN")
    rows = [tuple(-x if word == "max" else x for x, word in zip(row, directions)) for row in rows]
    free = [not any(b != a and all(x <= y for x, y in zip(b, a)) for b in rows) for a in rows]
    return torch.tensor(free, dtype=torch.bool)
