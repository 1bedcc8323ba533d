"""Only the last batch counts.

loses: taylor_noise
says: the mean gradient
"""


def taylor_scores(weight, gradients):
    return (weight * gradients[-1]).abs()
