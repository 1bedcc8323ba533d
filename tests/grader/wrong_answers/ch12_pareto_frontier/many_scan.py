"""The scan of two objectives, over the first and the last.

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
    mask, best = torch.zeros(len(x), dtype=torch.bool), None
    for i in sorted(range(len(x)), key=lambda i: x[i].tolist()):
        if best is None or x[i, -1] <= best:
            mask[i], best = True, x[i, -1]
    return mask
