"""Equal points dominate each other.

loses: many_mask
says: equal points don't dominate each other; equal in some and
"""

import torch


def non_dominated(points, directions):
    if len(directions) != points.shape[1] or not {"min", "max"}.issuperset(directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    x = points.clone()
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    no_worse = (x[:, None] <= x[None]).all(dim=2)
    return ~(no_worse & ~torch.eye(len(x), dtype=torch.bool)).any(dim=0)
