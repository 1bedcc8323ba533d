"""A number less itself is 0, and NaN where it was NaN: infinity less infinity is NaN, too.

loses: many_limits
says: came: ValueError
"""

import torch


def non_dominated(points, directions):
    if len(directions) != points.shape[1] or not {"min", "max"}.issuperset(directions):
        raise ValueError("words")
    if ((points - points) != 0).any():
        raise ValueError("NaN")
    x = torch.stack([c if word == "min" else -c for c, word in zip(points.T, directions, strict=True)], dim=1)
    no_worse = (x[:, None] <= x[None]).all(dim=2)
    better = (x[:, None] < x[None]).any(dim=2)
    return ~(no_worse & better).any(dim=0)
