"""A weight (64, 32, k, k) is read as (in, out): the half of it would be outputs.

loses: scores_axes
says: the first dimension counts
"""


def channel_scores(weight, p):
    return weight.transpose(0, 1).flatten(1).norm(p, dim=1)
