"""The scores are overwritten by their sigmoids.

loses: soft_threshold
says: leave the scores as they are
"""


def soft_mask(scores, threshold):
    return scores.sigmoid_() > threshold
