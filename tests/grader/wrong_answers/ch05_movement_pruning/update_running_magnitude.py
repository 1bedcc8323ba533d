"""An exponential average of magnitudes, called movement.

loses: update_direction
says: multiply each weight with its gradient
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return (1 - score_rate) * scores + score_rate * weight.abs()
