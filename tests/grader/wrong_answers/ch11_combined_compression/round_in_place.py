"""Rounds the input itself.

loses: round_values
says: work in place
"""


def round_ste(x):
    y = x.detach().clone()
    x.data.round_()
    return x + 0 * y
