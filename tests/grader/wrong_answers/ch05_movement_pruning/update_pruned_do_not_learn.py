"""Weights at zero score get no update: pruned ones could never come back.

loses: update_direction
says: multiply each weight
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return scores - score_rate * weight * gradient * (scores != 0)
