"""The old scores are overwritten.

loses: update_accumulates
says: return new scores
"""


def movement_update(scores, weight, gradient, *, score_rate):
    return scores.sub_(score_rate * weight * gradient)
