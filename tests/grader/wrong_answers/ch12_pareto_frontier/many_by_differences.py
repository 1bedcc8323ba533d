"""Differences instead of comparisons: infinity less infinity is NaN.

loses: many_limits
says: infinite numbers are compared: infinity less infinity would
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
    no_worse = (x[:, None] - x[None] <= 0).all(dim=2)
    better = (x[:, None] - x[None] < 0).any(dim=2)
    return ~(no_worse & better).any(dim=0)
