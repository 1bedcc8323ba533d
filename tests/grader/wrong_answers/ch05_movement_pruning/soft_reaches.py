"""A sigmoid at the threshold stays too.

loses: soft_threshold
says: not at it
"""


def soft_mask(scores, threshold):
    return scores.sigmoid() >= threshold
