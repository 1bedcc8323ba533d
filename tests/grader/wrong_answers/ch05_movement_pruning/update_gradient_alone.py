"""The weight is left out.

loses: update_direction
says: both count
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return scores - score_rate * gradient
