"""The scores are averaged, not summed.

loses: update_accumulates
says: the old scores stay
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return (1 - score_rate) * scores - score_rate * weight * gradient
