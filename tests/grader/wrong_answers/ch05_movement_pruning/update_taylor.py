"""The size of the product: a Taylor score, without a direction.

loses: update_direction
says: their product keeps its sign
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return scores + score_rate * (weight * gradient).abs()
