"""No points: a float tensor.

loses: many_limits
says: no points: a tensor of no elements, of torch.bool
"""

import torch


def non_dominated(points, directions):
    if len(directions) != points.shape[1] or not {"min", "max"}.issuperset(directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    if not len(points):
        return torch.tensor([])
    x = points.clone()
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    no_worse = (x[:, None] <= x[None]).all(dim=2)
    better = (x[:, None] < x[None]).any(dim=2)
    return ~(no_worse & better).any(dim=0)
