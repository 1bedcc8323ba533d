"""Turns the columns round in the caller's tensor.

loses: many_mask
says: does the function work in place, where it should make
"""


def non_dominated(points, directions):
    if len(directions) != points.shape[1] or not {"min", "max"}.issuperset(directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    x = points
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = -x[:, column]
    no_worse = (x[:, None] <= x[None]).all(dim=2)
    better = (x[:, None] < x[None]).any(dim=2)
    return ~(no_worse & better).any(dim=0)
