"""The old scores are dropped.

loses: update_accumulates
says: the old scores stay
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return -score_rate * weight * gradient
