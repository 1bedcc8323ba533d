"""The score falls where the weight grows.

loses: update_direction
says: the sign
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return scores + score_rate * weight * gradient
