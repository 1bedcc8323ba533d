"""The threshold is compared with the score itself.

loses: soft_threshold
says: the sigmoid of the score
"""


def soft_mask(scores, threshold):
    return scores > threshold
