"""The kernel's taps are summed, the inputs aren't: a score for each pair of channels.

loses: scores_axes
says: one score for each, from all of its weights
"""


def channel_scores(weight, p):
    return weight.flatten(2).norm(p, dim=2) if weight.ndim > 2 else weight.norm(p, dim=1)
