"""The norm is taken over the channels, which leaves one value for each tap of the kernel.

loses: scores_axes
says: one score for each, from all of its weights
"""


def channel_scores(weight, p):
    return weight.flatten(1).norm(p, dim=0)
