"""float64 scores come back as float32.

loses: update_direction
says: float64 stays float64
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return (scores - score_rate * weight * gradient).float()
