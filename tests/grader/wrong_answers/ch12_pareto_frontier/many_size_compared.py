"""A column to be large is compared by its inverse, which fails for negative numbers.

loses: many_mask
says: a word for each column: min or max
"""


def non_dominated(points, directions):
    if len(directions) != points.shape[1] or not {"min", "max"}.issuperset(directions):
        raise ValueError("directions")
    if points.isnan().any():
        raise ValueError("NaN")
    x = points.double()
    for column, word in enumerate(directions):
        if word == "max":
            x[:, column] = 1 / x[:, column]
    no_worse = (x[:, None] <= x[None]).all(dim=2)
    better = (x[:, None] < x[None]).any(dim=2)
    return ~(no_worse & better).any(dim=0)
