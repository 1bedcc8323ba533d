"""Only those that are best in an objective.

loses: many_mask
says: dominated: somebody is no worse in all objectives and better
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
    better = (x[:, None] < x[None]).any(dim=2)
    best = x.amin(dim=0) if len(x) else x
    return ((x == best).any(dim=1) & ~(no_worse & better).any(dim=0)) if len(x) else torch.zeros(0, dtype=torch.bool)
