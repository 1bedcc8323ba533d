"""Positive and negative weights cancel each other.

loses: scores_norm
says: take absolute values
"""


def channel_scores(weight, p):
    flat = weight.flatten(1)
    return flat.sum(1) if p == 1 else flat.square().sum(1).sqrt()
