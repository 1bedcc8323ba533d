"""Columns divided by their range, which is 0 where all are equal.

loses: many_mask
says: equal points don't dominate each other; equal in some and
"""


def non_dominated(points, directions):
    if len(directions) != points.shape[1] or not {"min", "max"}.issuperset(directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    x = points.clone()
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    low, high = (x.amin(0), x.amax(0)) if len(x) else (0, 1)
    x = (x - low) / (high - low)
    no_worse = (x[:, None] <= x[None]).all(dim=2)
    better = (x[:, None] < x[None]).any(dim=2)
    return ~(no_worse & better).any(dim=0)
