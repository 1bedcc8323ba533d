"""The gradients are summed, not averaged.

loses: taylor_noise
says: the mean gradient
"""


def taylor_scores(weight, gradients):
    return (weight * gradients.sum(dim=0)).abs()
