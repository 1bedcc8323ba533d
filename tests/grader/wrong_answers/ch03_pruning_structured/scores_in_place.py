"""Works in place on the weight.

loses: scores_norm
says: in place
"""


def channel_scores(weight, p):
    return weight.abs_().flatten(1).norm(p, dim=1)
