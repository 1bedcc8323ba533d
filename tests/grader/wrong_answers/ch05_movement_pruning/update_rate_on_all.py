"""The learning rate multiplies the old scores too.

loses: update_accumulates
says: only what is new
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return score_rate * (scores - weight * gradient)
