"""A word that has min or max somewhere in it passes.

loses: many_limits
says: a word is min or max: a part of one
"""

import torch


def non_dominated(points, directions):
    if len(directions) != points.shape[1] or not all("min" in word or "max" in word for word in directions):
        raise ValueError("words")
    if points.isnan().any():
        raise ValueError("NaN")
    x = torch.stack([c if "min" in word else -c for c, word in zip(points.T, directions, strict=True)], dim=1)
    no_worse = (x[:, None] <= x[None]).all(dim=2)
    better = (x[:, None] < x[None]).any(dim=2)
    return ~(no_worse & better).any(dim=0)
