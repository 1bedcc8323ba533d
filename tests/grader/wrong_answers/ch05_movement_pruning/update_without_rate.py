"""The learning rate is forgotten.

loses: update_accumulates
says: multiplied with the learning rate
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return scores - weight * gradient
