"""p isn't used.

loses: scores_norm
says: does your function use p
"""


def channel_scores(weight, p):
    return weight.flatten(1).abs().sum(1)
