"""Absolute values are taken before the mean, so that noise adds up.

loses: taylor_noise
says: cancel each other
"""


def taylor_scores(weight, gradients):
    return (weight * gradients).abs().mean(dim=0)
