"""Only the sign of the weight counts, not its size.

loses: update_direction
says: both count
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return scores - score_rate * weight.sign() * gradient
